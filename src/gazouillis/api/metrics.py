"""For the operator's Prometheus, which shows the token of the settings: https://prometheus.io/docs/prometheus/latest/configuration/configuration/"""

from __future__ import annotations

from hmac import compare_digest
from typing import TYPE_CHECKING

from litestar import Response, get

from gazouillis.api.caller import shown_token
from gazouillis.api.request import AnyRequest, site
from gazouillis.infra.basics.errors import NotFound, Unauthenticated
from gazouillis.infra.basics.lazy import lazily
from gazouillis.infra.basics.messages import _

if TYPE_CHECKING:
    from gazouillis.infra import metrics
else:
    # Its library is needed by those alone who measure.
    metrics = lazily("gazouillis.infra.metrics")


@get("/metrics")
async def show(request: AnyRequest) -> Response[bytes]:
    """Without a token in the settings there is nothing here."""
    here = site(request)
    if not here.settings.metrics_token:
        raise NotFound
    if not compare_digest(shown_token(request).encode(), here.settings.metrics_token.encode()):
        raise Unauthenticated(_("The access token is invalid"))
    return Response(metrics.exposition(here.db.cache), media_type=metrics.CONTENT_TYPE)


routes = [show]
