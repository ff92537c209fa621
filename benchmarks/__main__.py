"""python -m benchmarks [NAME …]: every speed measurement, or those named (crawl, filings, search, tagging).

Each prints ratios of two things measured in one run, with the corpus they ran on.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys

import benchmarks


def main() -> int:
    known = {
        m.name.removeprefix("bench_"): m.name
        for m in pkgutil.iter_modules(benchmarks.__path__)
        if m.name.startswith("bench_")
    }
    wanted = sys.argv[1:] or sorted(known)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        print(f"no measurement {', '.join(unknown)}; there are {', '.join(sorted(known))}", file=sys.stderr)
        return 2
    failed = 0
    for name in wanted:
        print(f"== {name}", flush=True)
        failed |= importlib.import_module(f"benchmarks.{known[name]}").main() or 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
