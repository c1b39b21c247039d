"""The letters a server without SMTP has written."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path


def letters(data: Path) -> list[EmailMessage]:
    """In the order they left."""
    return [message_from_bytes(path.read_bytes(), policy=default) for path in sorted((data / "mail").glob("*.eml"))]
