"""python -m benchmarks.quality --eval DIR [--companies DIR] [--json FILE] [--errors]"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.quality.core import as_json, below_floor, measure_all


def main() -> int:
    parser = argparse.ArgumentParser(prog="quality", description=__doc__)
    parser.add_argument("--eval", type=Path, required=True, help="folder of labelled cases (*.jsonl)")
    parser.add_argument("--companies", type=Path, help="folder with companies.tsv and aliases.tsv")
    parser.add_argument("--json", type=Path, help="write every figure and error here too")
    parser.add_argument("--errors", action="store_true", help="list the errors, grouped by cause")
    parser.add_argument(
        "--no-floors", action="store_true", help="measure only: for other cases than the floors'"
    )
    args = parser.parse_args()
    if not args.eval.is_dir():
        print(f"skipped: {args.eval} is not here, and the labelled cases may not be redistributed")
        return 0
    measures = measure_all(args.eval, args.companies)
    for m in measures:
        if not m.n:
            print(f"{m.name:<60}          –  not measured: its cases are here without their texts")
            continue
        beside = f"  best published {m.best:.3f}" if m.best is not None else ""
        print(f"{m.name:<60} {m.value:>10.4f}  n={m.n}{beside}")
        if args.errors:
            for line in sorted(m.errors):
                print(f"    {line}")
    if args.json:
        args.json.write_text(as_json(measures), encoding="utf-8")
    under = [] if args.no_floors else below_floor(measures)
    for line in under:
        print(line, file=sys.stderr)
    return 1 if under else 0


if __name__ == "__main__":
    sys.exit(main())
