"""Draws the table of the simulation of the shelf: two bars for each group of people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

WIDTH, ROW, LEFT, RIGHT, TOP, BAR = 720, 44, 190, 60, 56, 14
WITHOUT, WITH_SHELF, INK, PAPER = "#b3b9b0", "#b8391c", "#1c2c31", "#fffefb"
FONT = 'font-family="system-ui, sans-serif" font-size="13"'


def drawn(rows: Sequence[tuple[str, float, float]]) -> str:
    """`rows`: the name of a group, and its two shares from 0 to 1."""
    height = TOP + ROW * len(rows) + 12
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="Share of questions answered">'
    return "\n".join([head, f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>', *_legend(), *_bars(rows), "</svg>", ""])


def _legend() -> Iterator[str]:
    for x, colour, words in ((LEFT, WITHOUT, "without the shelf"), (LEFT + 160, WITH_SHELF, "with the shelf")):
        yield f'<rect x="{x}" y="20" width="14" height="14" fill="{colour}"/>'
        yield _text(x + 20, 32, words)
    yield _text(16, 32, "Questions answered")


def _bars(rows: Sequence[tuple[str, float, float]]) -> Iterator[str]:
    for number, (name, *shares) in enumerate(rows):
        top = TOP + ROW * number
        yield _text(16, top + 20, name)
        for place, (share, colour) in enumerate(zip(shares, (WITHOUT, WITH_SHELF), strict=True)):
            y, width = top + place * (BAR + 2), round((WIDTH - LEFT - RIGHT) * share, 1)
            yield f'<rect x="{LEFT}" y="{y}" width="{width}" height="{BAR}" fill="{colour}"/>'
            yield _text(LEFT + width + 6, y + 12, f"{share:.0%}")


def _text(x: float, y: float, words: str) -> str:
    return f'<text x="{x}" y="{y}" {FONT} fill="{INK}">{escape(words)}</text>'
