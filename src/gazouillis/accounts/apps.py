"""OAuth client applications: registration and client authentication. https://docs.joinmastodon.org/methods/apps/

An app is registered once, gets a client id and a secret, and then asks people for tokens (`grants.py`, `tokens.py`).
"""

from __future__ import annotations

from hmac import compare_digest
from typing import Any
from urllib.parse import urlsplit

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import scopes
from gazouillis.accounts.models import App
from gazouillis.accounts.tables import apps
from gazouillis.infra.basics.errors import Invalid, Unauthenticated
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Reader, Row, Tx, insert_or_ignore
from gazouillis.infra.secrets import digest, new_token
from gazouillis.text.blank import unless_blank
from gazouillis.text.cleaning import clean_line

LONGEST_NAME = 60
LONGEST_ADDRESS = 2000
MOST_REDIRECTS = 20
COMMAND_LINE = "command-line"
"""Client id of the app that owns the tokens made at the command line."""
DANGEROUS_SCHEMES = frozenset({"javascript", "data", "vbscript", "file", "blob", "about"})
"""URL schemes that a redirect address may not have: a browser would run or open them itself."""


class AppDraft(msgspec.Struct, frozen=True):
    """What a client sends to register an app, not checked yet."""

    name: str
    redirect_uris: list[str]
    scopes: str = ""
    website: str = ""


async def create_app(tx: Tx, draft: AppDraft) -> tuple[App, str]:
    """Registers an app. Returns it with its secret, which is shown only now: the database keeps a digest.

    Raises `Invalid` naming the field at fault.
    """
    name = unless_blank(clean_line(draft.name))
    if not name:
        raise Invalid(_("An app has a name"), field="client_name", code="ERR_BLANK")
    if len(name) > LONGEST_NAME:
        raise Invalid(_("The name of an app has at most {longest} characters", longest=LONGEST_NAME), field="client_name")
    if draft.website and not _is_web_address(draft.website):
        raise Invalid(_("This is not a web address"), field="website")
    secret = new_token()
    values = {
        "name": name,
        "website": draft.website,
        "redirect_uris": "\n".join(_check_redirects(draft.redirect_uris)),
        "scopes": scopes.text_of(scopes.parse(draft.scopes)),
        "client_id": new_token(),
        "secret_hash": digest(secret),
    }
    return await _insert(tx, values), secret


async def by_id(reader: Reader, app_id: int) -> App | None:
    row = await reader.one(_APP.where(apps.c.id == app_id))
    return _app(row) if row else None


async def by_client_id(reader: Reader, client_id: str) -> App | None:
    row = await reader.one(_APP.where(apps.c.client_id == client_id))
    return _app(row) if row else None


async def authenticated(reader: Reader, client_id: str, secret: str) -> App:
    """The app with this client id and secret. Raises `Unauthenticated` when either is wrong."""
    row = await reader.one(_APP.add_columns(apps.c.secret_hash).where(apps.c.client_id == client_id))
    if row is None or not compare_digest(row.secret_hash, digest(secret)):
        raise Unauthenticated(_("The app is unknown or its secret is wrong"))
    return _app(row)


async def command_line(tx: Tx) -> App:
    """The app that owns the tokens made at the command line. It is created at the first use."""
    if app := await by_client_id(tx, COMMAND_LINE):
        return app
    values = {
        "name": "gazouillis",
        "website": "",
        "redirect_uris": scopes.OUT_OF_BAND,
        "scopes": "read write follow push",
        "client_id": COMMAND_LINE,
        "secret_hash": digest(new_token()),
    }
    return await _insert(tx, values)


async def _insert(tx: Tx, values: dict[str, Any]) -> App:
    await tx.run(insert_or_ignore(apps), {**values, "id": tx.new_id(), "created_at": tx.now})
    app = await by_client_id(tx, values["client_id"])
    assert app is not None
    return app


def _check_redirects(given: list[str]) -> list[str]:
    addresses = list(dict.fromkeys(one.strip() for one in given if one.strip()))
    if not addresses:
        raise Invalid(_("An app has at least one redirect address"), field="redirect_uris", code="ERR_BLANK")
    if len(addresses) > MOST_REDIRECTS or not all(map(_is_redirect, addresses)):
        raise Invalid(_("A redirect address is an absolute address without fragment"), field="redirect_uris")
    return addresses


def _is_redirect(address: str) -> bool:
    """Whether it is an absolute address without fragment: `https://…`, `app.example://…`, `urn:ietf:wg:oauth:2.0:oob`."""
    if len(address) > LONGEST_ADDRESS or not address.isprintable() or " " in address or "#" in address:
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme in {"http", "https"}:
        return bool(parts.hostname)
    return bool(parts.scheme) and parts.scheme not in DANGEROUS_SCHEMES


def _is_web_address(address: str) -> bool:
    return _is_redirect(address.partition("#")[0]) and address.lower().startswith(("http://", "https://"))


def _app(row: Row) -> App:
    return App(row.id, row.name, row.website, row.redirect_uris.split("\n"), row.scopes, row.client_id, row.created_at)


_APP = sa.select(*(apps.c[name] for name in App.__struct_fields__))
