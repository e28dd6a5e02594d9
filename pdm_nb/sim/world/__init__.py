"""The seeded project: codes, fields, rules, scenarios, and what is stored."""
