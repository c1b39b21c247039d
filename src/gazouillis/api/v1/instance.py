"""The instance endpoints, in the form that older apps read. https://docs.joinmastodon.org/methods/instance/"""

from __future__ import annotations

from html import escape
from typing import Any

from litestar import Response, get

from gazouillis.accounts import options
from gazouillis.accounts.options import SiteOptions
from gazouillis.api import usage
from gazouillis.api.entities.instance import Rule, rules
from gazouillis.api.entities.v1_instance import V1Instance, v1_instance
from gazouillis.api.request import AnyRequest, site


async def site_options(request: AnyRequest) -> SiteOptions:
    async with site(request).db.read() as reader:
        return await options.effective(reader, site(request).settings)


@get("/api/v1/instance")
async def show(request: AnyRequest) -> Response[V1Instance]:
    return Response(v1_instance(site(request).settings, await site_options(request), await usage.latest(request)))


@get("/api/v1/instance/rules")
async def show_rules(request: AnyRequest) -> Response[list[Rule]]:
    return Response(rules(await site_options(request)))


@get("/api/v1/instance/extended_description")
async def extended_description(request: AnyRequest) -> Response[dict[str, Any]]:
    lines = (await site_options(request)).description.splitlines()
    return Response({"updated_at": None, "content": "".join(f"<p>{escape(line)}</p>" for line in lines if line.strip())})


@get("/api/v1/instance/translation_languages")
async def translation_languages() -> Response[dict[str, Any]]:
    return Response({})


routes = [show, show_rules, extended_description, translation_languages]
