"""Registration of OAuth apps. https://docs.joinmastodon.org/methods/apps/"""

from __future__ import annotations

import msgspec
from litestar import Response, get, post

from gazouillis.accounts import apps
from gazouillis.accounts.apps import AppDraft
from gazouillis.api.bind import bind
from gazouillis.api.caller import token_holder
from gazouillis.api.entities.application import Application, CredentialApplication, application, with_credentials
from gazouillis.api.request import AnyRequest, site
from gazouillis.infra.basics.errors import NotFound


class AppForm(msgspec.Struct, frozen=True):
    client_name: str
    redirect_uris: list[str]
    scopes: str = ""
    website: str = ""

    def draft(self) -> AppDraft:
        """Older apps give their redirect URIs in one string, separated by line breaks or spaces."""
        redirect_uris = [uri for given in self.redirect_uris for uri in given.split()]
        return AppDraft(self.client_name, redirect_uris, self.scopes, self.website)


@post("/api/v1/apps", status_code=200)
async def create(request: AnyRequest) -> Response[CredentialApplication]:
    form = await bind(request, AppForm)
    async with site(request).db.write() as tx:
        app, secret = await apps.create_app(tx, form.draft())
    return Response(with_credentials(app, secret))


@get("/api/v1/apps/verify_credentials")
async def verify_credentials(request: AnyRequest) -> Response[Application]:
    caller = await token_holder(request)
    async with site(request).db.read() as reader:
        app = await apps.by_id(reader, caller.app_id)
    if app is None:
        raise NotFound
    return Response(application(app))


routes = [create, verify_credentials]
