"""Every page, by module."""

from __future__ import annotations

from types import ModuleType

from litestar import Router

from gazouillis.web import errors

MODULES: tuple[ModuleType, ...] = ()

web = Router("/", route_handlers=[route for module in MODULES for route in module.routes], exception_handlers=errors.HANDLERS)
