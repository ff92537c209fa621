"""The growth of search as a picture, from the lines that `bench_search --growth` prints.

python -m benchmarks.bench_search --eval DIR --growth 50000,100000,1000000 > growth.jsonl
python -m benchmarks.search_plot growth.jsonl docs/growth.svg
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _EDGE = 640, 360, 60, 40, 20
_LINES = (("hits_cpu_p99_ms", "p99", "#c0392b"), ("hits_cpu_p50_ms", "p50", "#2471a3"))


def svg(rows: Sequence[dict[str, float]]) -> str:
    """Milliseconds of work for the first twenty hits and their total, over the number of documents."""
    across = max(row["documents"] for row in rows)
    up = max(row[name] for row in rows for name, _, _ in _LINES) * 1.1

    def x(documents: float) -> float:
        return _LEFT + documents / across * (_WIDTH - _LEFT - _EDGE - 40)

    def y(time: float) -> float:
        return _HEIGHT - _BOTTOM - time / up * (_HEIGHT - _BOTTOM - _EDGE)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
    ]
    for fifth in range(6):
        time, documents = up * fifth / 5, across * fifth / 5
        parts += [
            f'<path d="M{_LEFT} {y(time):.1f}H{x(across):.1f}" stroke="#ddd"/>',
            f'<text x="{_LEFT - 6}" y="{y(time) + 4:.1f}" text-anchor="end">{time:.0f} ms</text>',
            f'<text x="{x(documents):.1f}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{documents:,.0f}</text>',
        ]
    for name, title, colour in _LINES:
        points = [(x(row["documents"]), y(row[name])) for row in rows]
        line = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}"/>' for a, b in points]
        a, b = points[-1]
        parts.append(f'<text x="{a + 8:.1f}" y="{b + 4:.1f}" fill="{colour}">{title}</text>')
    parts.append(f'<text x="{x(across / 2):.1f}" y="{_HEIGHT - 4}" text-anchor="middle">documents</text>')
    return "\n".join([*parts, "</svg>", ""])


def main(arguments: list[str] | None = None) -> int:
    lines, picture = map(Path, arguments or sys.argv[1:])
    rows = [json.loads(line) for line in lines.read_text("utf-8").splitlines()]
    picture.write_text(svg(rows), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
