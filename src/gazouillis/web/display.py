"""How one browser displays pages: its theme and its language, each in a cookie.

Both are part of the response key, reduced to the few values there are: a cookie with anything else counts as none.
"""

from __future__ import annotations

from collections.abc import Mapping

from gazouillis.web import i18n

THEME, LANGUAGE = "theme", "language"
"""The names of the cookies."""
LIFETIME = 400 * 24 * 3600
"""Seconds: 400 days, as long as browsers keep a cookie: https://www.rfc-editor.org/rfc/rfc6265"""

AUTO = "auto"
"""The theme that the system asks for."""
THEMES = (AUTO, "light", "dark")


def theme(cookies: Mapping[str, str]) -> str:
    chosen = cookies.get(THEME, AUTO)
    return chosen if chosen in THEMES else AUTO


def language(cookies: Mapping[str, str]) -> str:
    """The language that a visitor chose; empty: none."""
    return i18n.known(cookies.get(LANGUAGE, ""))
