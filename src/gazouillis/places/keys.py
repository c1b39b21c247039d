"""The form under which a name is looked up: no case, accents, hyphens or apostrophes, "saint" in full."""

import re

from gazouillis.text.folding import fold


def name_key(name: str) -> str:
    """`Saint-Étienne`, `ST ETIENNE` and `st-étienne` have one key: `saint etienne`."""
    return " ".join(_SAINTS.get(word, word) for word in _SEPARATOR.sub(" ", fold(name)).split())


_SAINTS = {"st": "saint", "ste": "sainte"}
_SEPARATOR = re.compile("[-‐‑–—'’ʼ‘`´.,/()]+")  # noqa: RUF001 - the hyphens that people type
