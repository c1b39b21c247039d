"""https://docs.joinmastodon.org/entities/Preferences/"""

from __future__ import annotations

import msgspec

from gazouillis.accounts import models


class Preferences(msgspec.Struct, frozen=True, rename=lambda name: name.replace("__", ":")):
    posting__default__visibility: str
    posting__default__sensitive: bool
    posting__default__language: str | None
    posting__default__quote_policy: str = "nobody"
    reading__expand__media: str = "default"
    reading__expand__spoilers: bool = False
    reading__autoplay__gifs: bool = False


def preferences(chosen: models.Preferences) -> Preferences:
    return Preferences(chosen.default_visibility, chosen.default_sensitive, chosen.default_language or None)
