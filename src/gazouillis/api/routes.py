"""Every path of the Mastodon client API that is answered here, by module."""

from __future__ import annotations

from litestar import Router

from gazouillis.api import errors

MODULES = ()

api = Router("/", route_handlers=[route for module in MODULES for route in module.routes], exception_handlers=errors.HANDLERS)
