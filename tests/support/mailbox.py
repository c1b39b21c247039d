"""The e-mails that a server without SMTP has written to its folder."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path


def sent_emails(data: Path) -> list[EmailMessage]:
    """In the order in which they were sent."""
    return [message_from_bytes(path.read_bytes(), policy=default) for path in sorted((data / "mail").glob("*.eml"))]
