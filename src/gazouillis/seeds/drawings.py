"""The photos of the village, drawn by code: each is a function of a name that `village.toml` uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import sin

import numpy as np
from PIL import Image, ImageDraw

Colour = tuple[int, int, int]

CREAM, INK, YELLOW, RED, NIGHT, STONE = (255, 244, 214), (28, 44, 49), (244, 190, 50), (184, 57, 28), (16, 26, 54), (196, 186, 168)
GREEN, WOOD, PAPER = (60, 110, 80), (122, 78, 48), (250, 246, 236)


def dawn_river() -> Image.Image:
    picture, draw = _sky((1400, 1050), (116, 132, 190), (250, 188, 170))
    draw.ellipse((900, 330, 1060, 490), fill=(255, 226, 170))
    _hills(draw, 1400, 520, (104, 96, 140), height=90, bend=0.006)
    picture.paste(_gradient((1400, 500), (246, 170, 160), (96, 96, 150)), (0, 550))
    for row in range(14):
        draw.line((980 - 90 - row * 9, 580 + row * 32, 980 + 90 + row * 9, 580 + row * 32), fill=(255, 222, 178), width=6)
    return picture


def tram() -> Image.Image:
    _picture, draw = _sky((1400, 1050), (150, 200, 226), (240, 240, 220))
    for number, colour in enumerate(((214, 170, 120), (226, 200, 160), (190, 130, 100), (220, 186, 130), (200, 160, 130))):
        draw.rectangle((number * 290, 180 + number % 2 * 60, number * 290 + 280, 760), fill=colour)
        _windows(draw, (number * 290 + 40, 260 + number % 2 * 60), (3, 4), (44, 70), (80, 110), (90, 96, 110))
    draw.rectangle((0, 760, 1400, 1050), fill=(128, 126, 128))
    for rail in (900, 960):
        draw.line((0, rail, 1400, rail), fill=(80, 78, 82), width=8)
    draw.rounded_rectangle((190, 430, 1210, 900), 60, fill=YELLOW)
    draw.rectangle((190, 740, 1210, 770), fill=CREAM)
    _windows(draw, (250, 510), (6, 1), (130, 170), (155, 0), (70, 92, 104))
    draw.line((600, 430, 700, 330, 800, 430), fill=INK, width=10)
    for wheel in (360, 520, 880, 1040):
        draw.ellipse((wheel - 44, 860, wheel + 44, 948), fill=INK)
    draw.ellipse((1130, 800, 1180, 850), fill=CREAM)
    return _picture


def bridge() -> Image.Image:
    """A panorama, six times as wide as high."""
    picture, draw = _sky((3600, 600), NIGHT, (70, 60, 104))
    _hills(draw, 3600, 330, (26, 32, 60), height=70, bend=0.003)
    picture.paste(_gradient((3600, 230), (34, 40, 76), (10, 16, 36)), (0, 370))
    for left in range(300, 3300, 500):
        draw.arc((left, 170, left + 500, 470), 0, 180, fill=(255, 214, 130), width=7)
        draw.rectangle((left - 14, 150, left + 14, 400), fill=STONE)
    draw.rectangle((0, 330, 3600, 346), fill=STONE)
    for left in range(30, 3600, 60):
        draw.ellipse((left - 7, 316, left + 7, 330), fill=CREAM)
        draw.line((left, 390, left, 430 + left * 7 % 90), fill=(190, 150, 90), width=5)
    return picture


def stairs() -> Image.Image:
    """Four times as high as wide, like a long screenshot."""
    picture = _gradient((720, 2880), (226, 206, 176), (120, 96, 86))
    draw = ImageDraw.Draw(picture)
    for step in range(58):
        top, inset = 120 + step * 47, max(150 - step * 3, 10)
        draw.rectangle((inset, top, 720 - inset, top + 46), fill=STONE if step % 2 else (170, 158, 142))
        draw.line((720 - inset, top - 110, 720 - inset, top + 30), fill=INK, width=6)
    draw.ellipse((280, 1380, 420, 1490), fill=(60, 54, 60))
    draw.ellipse((380, 1330, 460, 1410), fill=(60, 54, 60))
    for ear in (390, 430):
        draw.polygon(((ear, 1345), (ear + 10, 1305), (ear + 24, 1345)), fill=(60, 54, 60))
    return picture


def cake() -> Image.Image:
    picture = _gradient((1200, 900), (236, 206, 190), (180, 120, 100))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((150, 600, 1050, 840), fill=PAPER)
    draw.rounded_rectangle((260, 440, 940, 740), 50, fill=WOOD)
    draw.rounded_rectangle((260, 420, 940, 530), 50, fill=CREAM)
    for number in range(6):
        left = 310 + number * 105
        draw.rounded_rectangle((left, 350, left + 70, 430), 10, fill=YELLOW)
        _windows(draw, (left + 8, 366), (2, 1), (22, 26), (30, 0), INK)
        draw.ellipse((left + 24, 300, left + 46, 348), fill=(255, 150, 50))
    return picture


def table() -> Image.Image:
    picture = _gradient((1000, 1250), (206, 160, 120), (150, 100, 70))
    draw = ImageDraw.Draw(picture)
    for x, y, colour in ((250, 300, PAPER), (700, 260, CREAM), (480, 640, PAPER), (220, 940, CREAM), (760, 960, PAPER)):
        draw.ellipse((x - 170, y - 170, x + 170, y + 170), fill=colour)
        draw.ellipse((x - 90, y - 90, x + 90, y + 90), fill=WOOD)
    return picture


def bookshop() -> Image.Image:
    picture = Image.new("RGB", (1200, 900), (88, 62, 46))
    draw = ImageDraw.Draw(picture)
    colours: Sequence[Colour] = (RED, GREEN, YELLOW, (70, 100, 150), CREAM, (150, 90, 120))
    for shelf in range(4):
        for book in range(30):
            height = 120 + (book * 37 + shelf * 53) % 60
            bottom = 215 + shelf * 215
            draw.rectangle((30 + book * 38, bottom - height, 62 + book * 38, bottom), fill=colours[(book * 5 + shelf) % len(colours)])
        draw.rectangle((0, 215 + shelf * 215, 1200, 233 + shelf * 215), fill=(54, 36, 26))
    return picture


def umbrella() -> Image.Image:
    picture, draw = _sky((1000, 1000), (168, 190, 200), (226, 226, 220))
    draw.pieslice((180, 240, 820, 880), 180, 360, fill=RED)
    for left in (180, 340, 500, 660):
        draw.pieslice((left, 500, left + 160, 620), 180, 360, fill=(206, 214, 214))
    draw.line((500, 240, 500, 860), fill=INK, width=14)
    draw.arc((420, 800, 514, 920), 0, 180, fill=INK, width=14)
    return picture


def notebook() -> Image.Image:
    picture = Image.new("RGB", (1200, 1000), PAPER)
    draw = ImageDraw.Draw(picture)
    for number in range(12):
        x, y = 150 + number % 4 * 300, 180 + number // 4 * 310
        draw.ellipse((x - 80, y - 90, x + 80, y + 100), outline=INK, width=7)
        draw.arc((x - 40, y, x + 40, y + 60), 10, 170, fill=RED, width=7)
        for eye in (-30, 30):
            draw.ellipse((x + eye - 8, y - 20, x + eye + 8, y - 4), fill=INK)
        draw.arc((x - 90, y - 110 - number % 3 * 12, x + 90, y + 60), 200, 340, fill=WOOD, width=16)
    return picture


DRAWINGS: Mapping[str, Callable[[], Image.Image]] = {
    one.__name__: one for one in (dawn_river, tram, bridge, stairs, cake, table, bookshop, umbrella, notebook)
}


def _gradient(size: tuple[int, int], top: Colour, bottom: Colour) -> Image.Image:
    steps = np.linspace(0, 1, size[1])[:, None, None]
    rows = np.array(top) * (1 - steps) + np.array(bottom) * steps
    return Image.fromarray(np.broadcast_to(rows, (size[1], size[0], 3)).astype(np.uint8))


def _sky(size: tuple[int, int], top: Colour, bottom: Colour) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    picture = _gradient(size, top, bottom)
    return picture, ImageDraw.Draw(picture)


def _hills(draw: ImageDraw.ImageDraw, width: int, base: int, colour: Colour, *, height: int, bend: float) -> None:
    outline = [(x, base - height * (0.5 + 0.5 * sin(x * bend) * sin(x * bend / 3 + 1))) for x in range(0, width + 20, 20)]
    draw.polygon([(0.0, base + 60.0), *outline, (float(width), base + 60.0)], fill=colour)


def _windows(
    draw: ImageDraw.ImageDraw, first: tuple[int, int], count: tuple[int, int], size: tuple[int, int], step: tuple[int, int], colour: Colour
) -> None:
    for column in range(count[0]):
        for row in range(count[1]):
            left, top = first[0] + column * step[0], first[1] + row * step[1]
            draw.rectangle((left, top, left + size[0], top + size[1]), fill=colour)
