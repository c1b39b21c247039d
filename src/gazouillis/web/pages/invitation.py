"""What an invitation's link shows, `/invite/{code}`: who invites, and the form to sign up.

The code is called `token` in the paths, since the log leaves out the value of that parameter.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.accounts import invitations
from gazouillis.accounts.invitations import State
from gazouillis.accounts.invite import InvitationEnded
from gazouillis.graph import queries as graph
from gazouillis.infra.basics.errors import Problem
from gazouillis.infra.basics.lazy import lazily
from gazouillis.web.pages import sign_up
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, request_context
from gazouillis.web.unsent import restorable

if TYPE_CHECKING:
    import segno
else:
    # Needed only when somebody looks at a QR code.
    segno = lazily("segno")

GONE = 410
QR = {"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "private, max-age=86400", "X-Robots-Tag": "noindex"}


@get("/invite/{token:str}")
async def show(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        offer = await invitations.offer(context.reader, token, context.options)
        if context.viewer or offer.state is not State.OPEN:
            return await _show_card(context, offer)
        return await sign_up.show(context, {}, offer=offer)


@post("/invite/{token:str}", opt=restorable("guest"))
async def join(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    try:
        return await sign_up.sign_up(request, token)
    except InvitationEnded:
        async with request_context(request) as context:
            return await _show_card(context, await invitations.offer(context.reader, token, context.options))


@get("/invite/{token:str}/qr.svg")
async def qr_code(request: AnyRequest, token: FromPath[str]) -> Response[bytes]:
    """To be scanned from a screen or a poster. Black on white, in a dark room too: not all phones read it the other way round."""
    async with request_context(request) as context:
        offer = await invitations.offer(context.reader, token, context.options)
        address = f"{context.site.settings.base_url}/invite/{offer.invitation.code}"
    drawing = BytesIO()
    segno.make_qr(address).save(drawing, kind="svg", scale=8, light="#fff", border=3, xmldecl=False, svgclass=None, lineclass=None)
    return Response(drawing.getvalue(), media_type="image/svg+xml", headers=QR)


async def show_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    offer = await invitations.offer(context.reader, form.get("token", ""), context.options)
    if offer.state is not State.OPEN:
        return await _show_card(context, offer)
    return await sign_up.show(context, form, context.errors(problem), offer=offer)


async def _show_card(context: RequestContext, offer: invitations.Offer) -> Response[Any]:
    return await context.render(
        "invitation.html",
        status_code=200 if context.viewer else GONE,
        offer=offer,
        relation=await graph.relation(context.reader, context.viewer.id, offer.inviter.id) if context.viewer else None,
        base_url=context.site.settings.base_url,
    )


routes = [show, join, qr_code]
