"""The `/metrics` endpoint, which Prometheus reads: https://prometheus.io/docs/prometheus/latest/configuration/configuration/

It answers only to the `metrics_token` of the settings.
"""

from __future__ import annotations

from hmac import compare_digest
from typing import TYPE_CHECKING

from litestar import Response, get

from gazouillis.api.caller import bearer_token
from gazouillis.api.request import AnyRequest, site
from gazouillis.infra.basics.errors import NotFound, Unauthenticated
from gazouillis.infra.basics.lazy import lazily
from gazouillis.infra.basics.messages import _

if TYPE_CHECKING:
    from gazouillis.infra import metrics
else:
    # The Prometheus library is imported by the first request for metrics.
    metrics = lazily("gazouillis.infra.metrics")


@get("/metrics")
async def show(request: AnyRequest) -> Response[bytes]:
    """404 while the settings name no token."""
    own_site = site(request)
    if not own_site.settings.metrics_token:
        raise NotFound
    if not compare_digest(bearer_token(request).encode(), own_site.settings.metrics_token.encode()):
        raise Unauthenticated(_("The access token is invalid"))
    return Response(metrics.exposition(own_site.db.cache), media_type=metrics.CONTENT_TYPE)


routes = [show]
