"""The figures as a picture: one bar for each contender, with its spread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from bench.measure import Result

WIDTH, LABEL, LINE = 960, 330, 22


def plot(results: Sequence[Result]) -> str:
    """An SVG with every result below the other."""
    body, at = list[str](), 20
    for result in results:
        lines = list(_bars(result, at))
        body += lines
        at += LINE * (len(result.figures) + 2)
    size = f'width="{WIDTH}" height="{at}" font-family="sans-serif" font-size="12"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
    return "\n".join([head, '<rect width="100%" height="100%" fill="white"/>', *body, "</svg>", ""])


def _bars(result: Result, top: int) -> Iterator[str]:
    yield f'<text x="10" y="{top}" font-weight="bold">{escape(f"{result.name}, {result.unit}")}</text>'
    most = max(result.spread(name)[2] for name in result.figures) or 1.0
    for number, name in enumerate(result.figures, start=1):
        low, middle, high = ((WIDTH - LABEL - 110) * v / most for v in result.spread(name))
        y = top + number * LINE
        yield f'<text x="{LABEL - 8}" y="{y}" text-anchor="end">{escape(name)}</text>'
        yield f'<rect x="{LABEL}" y="{y - 11}" width="{middle:.1f}" height="13" fill="#2b6cb0"/>'
        yield f'<line x1="{LABEL + low:.1f}" x2="{LABEL + high:.1f}" y1="{y - 4.5}" y2="{y - 4.5}" stroke="black"/>'
        yield f'<text x="{LABEL + high + 6:.1f}" y="{y}">{result.spread(name)[1]:,.1f}</text>'
