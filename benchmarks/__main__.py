"""python -m benchmarks [--eval DIR] [NAME …]: every speed measurement, or those named (crawl, filings, …).

Each prints ratios of two things measured in one run, with the corpus they ran on, and can be asked alone with
sizes of one's own: `python -m benchmarks.bench_NAME --help`.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from pathlib import Path

import benchmarks

_SEARCH = ["--documents", "20000", "--engines", "embedded,fts5"]  # neither needs Java; about a minute


def names() -> list[str]:
    found = (module.name for module in pkgutil.iter_modules(benchmarks.__path__))
    return sorted(name.removeprefix("bench_") for name in found if name.startswith("bench_"))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names()))
    parser.add_argument(
        "--eval", type=Path, help="folder of labelled *.jsonl, whose texts search and tagging take"
    )
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in names()]
    if unknown:
        parser.error(f"no measurement {', '.join(unknown)}; there are {', '.join(names())}")
    failed = 0
    for name in options.names or names():
        print(f"== {name}", flush=True)
        of_texts = ["--eval", str(options.eval)] if options.eval else []
        if name == "search" and not of_texts:
            print("left out: its documents are made of labelled texts, name their folder by --eval DIR")
            continue
        given = {"search": [*of_texts, *_SEARCH], "tagging": of_texts}.get(name, [])
        failed |= importlib.import_module(f"benchmarks.bench_{name}").main(given)
    return failed


if __name__ == "__main__":
    sys.exit(main())
