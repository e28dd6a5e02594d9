"""Do the client's checks and the service's verdicts agree: `python -m tests.benchmarks.agreement --documents 10000`.

Prints one JSON object last: documents, agreements, disagreements by kind, with what reproduces them (`--seed` and
`--project` run one project alone), the share that was refused, and how often each check and refusal occurred. How a
document is compared is described in `tests/support/agreement.py`.
"""

from __future__ import annotations

import argparse
import json
import time

from tests.support.agreement import agree


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--project", type=int, help="one of the generated projects alone, by its number")
    options = parser.parse_args()
    begun = time.monotonic()
    told = agree(options.documents, options.seed, options.project).summary()
    print(json.dumps(told | {"seconds": round(time.monotonic() - begun, 1)}, ensure_ascii=False))


if __name__ == "__main__":
    main()
