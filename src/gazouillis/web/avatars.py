"""Default avatars and headers as SVG: a small bird drawn from the hash of the handle, so it is always the same."""

from __future__ import annotations

from hashlib import blake2b

import msgspec

SKY = "#cdeae6"
"""The background of the site's icon."""


class Plumage(msgspec.Struct, frozen=True):
    sky: str
    body: str
    belly: str
    beak: str


PLUMAGES = (
    Plumage("#cfe8e3", "#c8452c", "#f6dcc0", "#3b3340"),
    Plumage("#fde7b8", "#2e6f7e", "#f7f1e3", "#e0762b"),
    Plumage("#f9d3c3", "#5b4a6b", "#f2e3d5", "#eaa11f"),
    Plumage("#d8e6f2", "#e0a526", "#fff3d6", "#5a4632"),
    Plumage("#e3ecc8", "#3f7a4e", "#f3eecb", "#e2672c"),
    Plumage("#f6dbe3", "#8c3a5b", "#fae9e4", "#e8a02d"),
    Plumage("#dfe3ee", "#3e5c8a", "#f4ead9", "#e27a35"),
    Plumage("#fbe0c0", "#9a5a2c", "#f8ecd6", "#34303a"),
    Plumage("#cfeaf0", "#d9663f", "#fdf0dc", "#2f4a52"),
    Plumage("#e9e0f1", "#6a5fa3", "#f4eef6", "#efac2c"),
    Plumage("#d5ecd9", "#1f6f66", "#eaf3d9", "#ef8a2f"),
    Plumage("#f4e3d3", "#4a4550", "#f0d9c4", "#d9542f"),
)

CRESTS = (
    "",
    '<path d="M44 30q-3-13-13-15q3 9 4 18z"/>',
    '<path d="M40 31q-6-8-15-7q6 5 8 11z"/><path d="M48 28q-1-12-9-17q0 10 1 18z"/>',
    '<circle cx="40" cy="17" r="4.5"/><path d="M46 30l-8-12l4-2l8 12z"/>',
    '<path d="M52 27q8-12 19-9q-7 3-10 11z"/>',
)

WINGS = (
    '<path d="M19 66q22-8 30 8q-2 20-31 20q-2-14 1-28z"/>',
    '<path d="M21 60q24 2 31 20q-10 14-34 8q-1-14 3-28z"/>',
    '<path d="M20 62q26-2 28 26q-14 12-30 8q-1-18 2-34z"/>',
)

BREASTS = (
    "",
    '<g fill="{body}"><circle cx="62" cy="72" r="2.6"/><circle cx="70" cy="79" r="2.6"/><circle cx="60" cy="84" r="2.6"/></g>',
    '<path d="M54 74q8 5 16 0M52 83q9 5 18 0" fill="none" stroke="{body}" stroke-width="3" stroke-linecap="round"/>',
    '<circle cx="62" cy="70" r="12" fill="{beak}" opacity=".85"/>',
)

BEAKS = ('<path d="M72 42l18 5l-18 8z"/>', '<path d="M73 40l17 2l-16 6zM73 50l14 5l-15 0z"/>', '<path d="M72 43q12 0 15 11q-9-3-16 2z"/>')

BACKGROUNDS = (
    '<path d="M0 88q50-9 100 0v12H0z"/>',
    '<path d="M0 91h100v3H0z"/>',
    '<circle cx="88" cy="18" r="9"/>',
    '<path d="M8 22q5-6 10 0q5-6 10 0M70 14q4-5 8 0q4-5 8 0" fill="none" stroke="{body}" stroke-width="2.5" stroke-linecap="round"/>',
)


def default_avatar(handle: str) -> str:
    """SVG, 100 by 100. The case of the handle does not matter."""
    digest = blake2b(handle.lower().encode(), digest_size=8, person=b"avatar").digest()
    plumage = PLUMAGES[digest[0] % len(PLUMAGES)]
    mirror = ' transform="matrix(-1 0 0 1 100 0)"' if digest[1] % 2 else ""
    background, crest, wing = BACKGROUNDS[digest[2] % len(BACKGROUNDS)], CRESTS[digest[3] % len(CRESTS)], WINGS[digest[4] % len(WINGS)]
    breast, beak = BREASTS[digest[5] % len(BREASTS)], BEAKS[digest[6] % len(BEAKS)]
    drawing = (
        f'<rect width="100" height="100" fill="{plumage.sky}"/>'
        f'<g{mirror}><g fill="{plumage.body}" opacity=".22">{background}</g>'
        f'<g fill="{plumage.body}">{crest}<path d="M18 104q-8-44 16-68q14-12 30-6q14 6 14 24q2 30-6 50z"/></g>'
        f'<path d="M74 58q4 24-2 46H46q-6-30 10-42q10-6 18-4z" fill="{plumage.belly}"/>{breast}'
        f'<g fill="{plumage.beak}">{beak}</g><g fill="#241d29" opacity=".28">{wing}</g>'
        '<circle cx="60" cy="44" r="7" fill="#fff"/><circle cx="61.5" cy="44" r="4" fill="#241d29"/>'
        '<circle cx="63" cy="42.5" r="1.4" fill="#fff"/></g>'
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">{_coloured(drawing, plumage)}</svg>'


def default_header(handle: str) -> str:
    """SVG, 600 by 200: hills in the colours of the same handle's avatar."""
    digest = blake2b(handle.lower().encode(), digest_size=8, person=b"avatar").digest()
    plumage = PLUMAGES[digest[0] % len(PLUMAGES)]
    high, low = 60 + digest[1] % 50, 130 + digest[2] % 30
    sun = 80 + digest[3] * 440 // 255
    drawing = (
        '<rect width="600" height="200" fill="{sky}"/>'
        f'<circle cx="{sun}" cy="{high}" r="34" fill="{{belly}}"/>'
        f'<path d="M0 {low}q150-70 300-10t300-24v140H0z" fill="{{body}}" opacity=".28"/>'
        f'<path d="M0 {low + 24}q140 34 310-8t290 12v110H0z" fill="{{body}}" opacity=".5"/>'
        '<path d="M0 52q300 34 600-6M0 66q300 34 600-6" fill="none" stroke="{body}" stroke-width="2" opacity=".55"/>'
    )
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 200" preserveAspectRatio="xMidYMid slice">'
    return f"{svg}{_coloured(drawing, plumage)}</svg>"


def _coloured(drawing: str, plumage: Plumage) -> str:
    for name in ("sky", "body", "belly", "beak"):
        drawing = drawing.replace("{" + name + "}", getattr(plumage, name))
    return drawing
