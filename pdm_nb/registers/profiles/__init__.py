"""A `Profile` keeps what was decided about a register, for the next one of its kind; as TOML in a file."""

from .migration import Migration
from .profile import Profile, ProfileMatch, adapted, check_profile, compare, matches
from .profile_file import dumps, loads, read_profile, write_profile

__all__ = [
    "Migration",
    "Profile",
    "ProfileMatch",
    "adapted",
    "check_profile",
    "compare",
    "dumps",
    "loads",
    "matches",
    "read_profile",
    "write_profile",
]
