"""https://docs.joinmastodon.org/methods/media/#v2"""

from __future__ import annotations

from litestar import Response, post

from gazouillis.api.entities.media_attachment import MediaAttachment
from gazouillis.api.request import AnyRequest
from gazouillis.api.v1.media import TAKES_MEDIA, take_in


@post("/api/v2/media", opt=TAKES_MEDIA, request_max_body_size=None, status_code=200)
async def create(request: AnyRequest) -> Response[MediaAttachment]:
    """A picture is ready at once. A video, a sound or a GIF is processed later: 202, and `GET /api/v1/media/:id` tells when it is ready."""
    return await take_in(request, waits=False)


routes = [create]
