"""Sends e-mails by SMTP, or writes them to a folder. https://www.rfc-editor.org/rfc/rfc5322"""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote, urlsplit

import idna

from gazouillis.infra.basics.errors import RemoteFailed
from gazouillis.infra.basics.lazy import lazily
from gazouillis.infra.database.transactions import inside_transaction

if TYPE_CHECKING:
    import aiosmtplib
else:
    # Needed only when the setting `mail` names an SMTP server.
    aiosmtplib = lazily("aiosmtplib")

FOLDER = "mail"
"""In the data folder."""


class Mailer(Protocol):
    destination: str
    """Where e-mails go, in words for the operator."""

    async def send(self, to: str, subject: str, text: str) -> None:
        """Raises `RemoteFailed`; it is `permanent` when the recipient was refused."""
        ...

    async def check(self) -> None:
        """Raises `RemoteFailed` when e-mails cannot be sent."""
        ...


class FolderMailer:
    """For a server without SMTP: the operator reads the e-mails in the folder and passes them on."""

    def __init__(self, folder: Path, sender: str) -> None:
        self.destination = f"folder {folder}"
        self._folder = folder
        self._sender = sender

    async def send(self, to: str, subject: str, text: str) -> None:
        message = _message(self._sender, to, subject, text)
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}.eml"
        try:
            await asyncio.to_thread(_write, self._folder / name, message.as_bytes())
        except OSError as fault:
            raise RemoteFailed(f"{self.destination}: {fault}") from fault

    async def check(self) -> None:
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True, mode=0o700)


class SmtpMailer:
    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        self.destination = f"{parts.scheme}://{parts.hostname}"
        self._sender = sender
        self._smtp = aiosmtplib.SMTP(
            hostname=parts.hostname,
            port=parts.port,
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            use_tls=parts.scheme == "smtps",
            timeout=20,
            tls_context=ssl.create_default_context(),
        )
        self._one_at_a_time = asyncio.Lock()

    async def send(self, to: str, subject: str, text: str) -> None:
        if inside_transaction.get():
            raise RuntimeError("no e-mail may be sent inside a transaction")
        try:
            async with self._one_at_a_time, self._smtp as smtp:
                await smtp.send_message(_message(self._sender, to, subject, text))
        except aiosmtplib.SMTPRecipientsRefused as fault:
            raise RemoteFailed("the recipient was refused", permanent=True) from fault
        except (aiosmtplib.SMTPException, OSError) as fault:
            raise RemoteFailed(f"{self.destination}: {fault}") from fault

    async def check(self) -> None:
        try:
            async with self._one_at_a_time, self._smtp as smtp:
                await smtp.noop()
        except (aiosmtplib.SMTPException, OSError) as fault:
            raise RemoteFailed(f"{self.destination}: {fault}") from fault


def _message(sender: str, to: str, subject: str, text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = _with_ascii_domain(sender), _with_ascii_domain(to), subject
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    message.set_content(text)
    return message


def _with_ascii_domain(address: str) -> str:
    """Mail servers know `straße.example` as `xn--strae-oqa.example`: https://www.rfc-editor.org/rfc/rfc5890"""
    name, at, domain = address.rpartition("@")
    return name + at + (domain if domain.isascii() else idna.encode(domain, uts46=True).decode())


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(".draft")
    try:
        draft.touch(mode=0o600)
        draft.write_bytes(content)
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
