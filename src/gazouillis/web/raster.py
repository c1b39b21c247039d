"""Our own drawings as PNG, for apps and systems that read no SVG. Knows what those drawings use, nothing more.

https://www.w3.org/TR/SVG2/paths.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from math import cos, pi, sin
from xml.etree import ElementTree

import msgspec
from PIL import Image, ImageColor, ImageDraw

from gazouillis.web import avatars
from gazouillis.web.static_files import FILES

FINER = 2
"""Drawn so many times larger, then reduced: smooth edges."""
STEPS = 12
"""Straight lines to a curve."""
AVATAR = (240, 240)
HEADER = (900, 300)

Point = tuple[float, float]
Size = tuple[int, int]


class Brush(msgspec.Struct, frozen=True):
    """What an element inherits. `mirror` is the width over which the drawing is turned, as avatars do."""

    fill: str = "#000"
    opacity: float = 1.0
    stroke: str = "none"
    width: float = 1.0
    mirror: float = 0.0


def avatar(handle: str) -> bytes:
    return _png(draw(avatars.default_avatar(handle), AVATAR))


def header(handle: str) -> bytes:
    return _png(draw(avatars.default_header(handle), HEADER))


@lru_cache(maxsize=8)
def icon(size: int, share: float) -> bytes:
    """The bird of the place on its sky. `share`: how much of the square it takes."""
    bird = draw(_favicon(), (round(size * share),) * 2)
    picture = Image.new("RGBA", (size, size), avatars.SKY)
    margin = (size - bird.width) // 2
    picture.alpha_composite(bird, (margin, margin))
    return _png(picture)


@lru_cache(maxsize=1)
def favicon() -> bytes:
    written = BytesIO()
    draw(_favicon(), (64, 64)).save(written, "ICO", sizes=[(16, 16), (32, 32), (48, 48)])
    return written.getvalue()


def draw(svg: str, size: Size) -> Image.Image:
    root = ElementTree.fromstring(svg)
    width, height = (float(one) for one in root.attrib["viewBox"].split()[2:])
    canvas = Image.new("RGBA", (size[0] * FINER, size[1] * FINER), (0, 0, 0, 0))
    _Painter(canvas, (canvas.width / width, canvas.height / height)).paint(root, Brush())
    return canvas.resize(size, Image.Resampling.LANCZOS)


class _Painter:
    def __init__(self, canvas: Image.Image, scale: Point) -> None:
        self._canvas = canvas
        self._scale = scale

    def paint(self, element: ElementTree.Element, inherited: Brush) -> None:
        brush = _brush(element, inherited)
        for outline in _outlines(element):
            placed = [self._place(point, brush) for point in outline]
            if brush.fill != "none":
                self._fill(placed, brush)
            if brush.stroke != "none":
                self._stroke(placed, brush)
        for child in element:
            self.paint(child, brush)

    def _place(self, point: Point, brush: Brush) -> Point:
        x = brush.mirror - point[0] if brush.mirror else point[0]
        return x * self._scale[0], point[1] * self._scale[1]

    def _fill(self, outline: list[Point], brush: Brush) -> None:
        mask, corner, moved = self._around(outline, 0)
        ImageDraw.Draw(mask).polygon(moved, fill=_strength(brush))
        self._cover(mask, corner, brush.fill)

    def _stroke(self, outline: list[Point], brush: Brush) -> None:
        width = brush.width * self._scale[0]
        mask, corner, moved = self._around(outline, width)
        pen = ImageDraw.Draw(mask)
        pen.line(moved, fill=_strength(brush), width=round(width), joint="curve")
        for x, y in (moved[0], moved[-1]):
            pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=_strength(brush))
        self._cover(mask, corner, brush.stroke)

    def _around(self, outline: list[Point], margin: float) -> tuple[Image.Image, Size, list[Point]]:
        """An empty mask just large enough for an outline, where its corner lies, and the outline within it."""
        xs, ys = [x for x, _y in outline], [y for _x, y in outline]
        left, top = max(0, int(min(xs) - margin) - 1), max(0, int(min(ys) - margin) - 1)
        right, bottom = min(self._canvas.width, int(max(xs) + margin) + 2), min(self._canvas.height, int(max(ys) + margin) + 2)
        mask = Image.new("L", (max(1, right - left), max(1, bottom - top)), 0)
        return mask, (left, top), [(x - left, y - top) for x, y in outline]

    def _cover(self, mask: Image.Image, corner: Size, colour: str) -> None:
        layer = Image.new("RGBA", mask.size, (*ImageColor.getrgb(colour)[:3], 0))
        layer.putalpha(mask)
        self._canvas.alpha_composite(layer, corner)


def _brush(element: ElementTree.Element, inherited: Brush) -> Brush:
    given = element.attrib
    return Brush(
        fill=given.get("fill", inherited.fill),
        opacity=inherited.opacity * float(given.get("opacity", 1)),
        stroke=given.get("stroke", inherited.stroke),
        width=float(given.get("stroke-width", inherited.width)),
        mirror=float(given["transform"].split()[4]) if "transform" in given else inherited.mirror,
    )


def _strength(brush: Brush) -> int:
    return round(255 * brush.opacity)


def _outlines(element: ElementTree.Element) -> Iterator[list[Point]]:
    match element.tag.rpartition("}")[2]:
        case "rect":
            width, height = float(element.attrib["width"]), float(element.attrib["height"])
            yield [(0, 0), (width, 0), (width, height), (0, height)]
        case "circle":
            x, y, r = (float(element.attrib[name]) for name in ("cx", "cy", "r"))
            yield [(x + r * cos(turn), y + r * sin(turn)) for turn in (2 * pi * step / (STEPS * 4) for step in range(STEPS * 4))]
        case "path":
            yield from _pen(element.attrib["d"])


def _pen(data: str) -> Iterator[list[Point]]:
    """Each line that a path draws without lifting the pen."""
    place = turned = (0.0, 0.0)
    line: list[Point] = []
    for command, numbers in _commands(data):
        x, y = place if command.islower() else (0.0, 0.0)
        points = [(x + dx, y + dy) for dx, dy in zip(numbers[::2], numbers[1::2], strict=False)]
        match command.upper():
            case "M":
                if len(line) > 1:
                    yield line
                place, line = points[0], [points[0]]
            case "H":
                place = (x + numbers[0], place[1])
            case "V":
                place = (place[0], y + numbers[0])
            case "L":
                place = points[0]
            case "Q":
                line, place, turned = [*line, *_curve(place, points[0], points[0], points[1])], points[1], points[0]
            case "T":
                turned = (2 * place[0] - turned[0], 2 * place[1] - turned[1])
                line, place = [*line, *_curve(place, turned, turned, points[0])], points[0]
            case "C":
                line, place = [*line, *_curve(place, points[0], points[1], points[2], is_cubic=True)], points[2]
            case "Z":
                place = line[0]
        line.append(place)
        if command not in "QqTt":
            turned = place
    if len(line) > 1:
        yield line


def _commands(data: str) -> Iterator[tuple[str, list[float]]]:
    """Letters with their numbers. Numbers that go on repeat the letter; after `M` they are lines."""
    for letter, rest in _COMMAND.findall(data):
        numbers = [float(one) for one in _NUMBER.findall(rest)]
        count = COUNTS[letter.upper()]
        if not count:
            yield letter, []
        for start in range(0, len(numbers), count or 1):
            yield letter, numbers[start : start + count]
            letter = {"M": "L", "m": "l"}.get(letter, letter)


def _curve(start: Point, one: Point, two: Point, end: Point, *, is_cubic: bool = False) -> Iterator[Point]:
    """Bézier's; a quadratic one is given its only handle twice."""
    if not is_cubic:
        one, two = _towards(start, one), _towards(end, two)
    for step in range(1, STEPS):
        t = step / STEPS
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        points = (start, one, two, end)
        yield sum(w * p[0] for w, p in zip(weights, points, strict=True)), sum(w * p[1] for w, p in zip(weights, points, strict=True))


def _towards(end: Point, handle: Point) -> Point:
    return end[0] + (handle[0] - end[0]) * 2 / 3, end[1] + (handle[1] - end[1]) * 2 / 3


def _favicon() -> str:
    return FILES["favicon.svg"].content.decode()


def _png(picture: Image.Image) -> bytes:
    written = BytesIO()
    picture.convert("RGB").save(written, "PNG")
    return written.getvalue()


COUNTS = {"M": 2, "L": 2, "H": 1, "V": 1, "Q": 4, "T": 2, "C": 6, "Z": 0}
_COMMAND = re.compile(r"([MLHVQTCZmlhvqtcz])([^MLHVQTCZmlhvqtcz]*)")
_NUMBER = re.compile(r"-?(?:\d*\.\d+|\d+)")
