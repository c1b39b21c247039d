"""https://docs.joinmastodon.org/entities/Application/ and https://docs.joinmastodon.org/entities/CredentialApplication/"""

from __future__ import annotations

import msgspec

from gazouillis.accounts.models import App


class Application(msgspec.Struct, frozen=True):
    id: str
    name: str
    website: str | None
    scopes: list[str]
    redirect_uris: list[str]
    redirect_uri: str
    vapid_key: str = ""


class CredentialApplication(Application, frozen=True, kw_only=True):
    client_id: str
    client_secret: str
    client_secret_expires_at: int = 0
    """0: never expires."""


def application(app: App) -> Application:
    return Application(str(app.id), app.name, app.website or None, app.scopes.split(), app.redirect_uris, "\n".join(app.redirect_uris))


def with_credentials(app: App, secret: str) -> CredentialApplication:
    return CredentialApplication(**msgspec.structs.asdict(application(app)), client_id=app.client_id, client_secret=secret)
