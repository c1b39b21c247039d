"""Secret keys that the server generates at its first start, in a file that only its owner may read."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

import msgspec
from itsdangerous import BadSignature, URLSafeTimedSerializer

from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.messages import _

FILE_NAME = "secrets.json"


class Secrets(msgspec.Struct, frozen=True):
    signing_key: str
    owner_key: str
    """Part of the one-time link with which the owner of the server creates the first account."""

    def sign(self, purpose: str, content: object) -> str:
        """A signed text for use in a URL. `purpose` is the salt: a signature for one purpose is invalid for others."""
        return URLSafeTimedSerializer(self.signing_key, salt=purpose).dumps(content)

    def unsign(self, purpose: str, text: str, *, max_age: int) -> object:
        """The content signed for this purpose less than `max_age` seconds ago. Raises `NotFound` for any other text."""
        try:
            content: object = URLSafeTimedSerializer(self.signing_key, salt=purpose).loads(text, max_age=max_age)
        except BadSignature as fault:
            raise NotFound(_("This link is no longer valid")) from fault
        return content


def load(folder: Path) -> Secrets:
    """Reads the secrets, or generates them and writes them with mode 600."""
    path = folder / FILE_NAME
    try:
        return msgspec.json.decode(path.read_bytes(), type=Secrets)
    except FileNotFoundError:
        return _create(path)


def _create(path: Path) -> Secrets:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    generated = Secrets(signing_key=secrets.token_urlsafe(48), owner_key=secrets.token_urlsafe(24))
    draft = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(msgspec.json.encode(generated))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return load(path.parent)
    finally:
        draft.unlink()
    return generated


def new_token() -> str:
    """256 random bits, for use in a URL."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """The SHA-256 that the database stores in place of a token: useless to somebody who reads a backup."""
    return hashlib.sha256(token.encode()).digest()
