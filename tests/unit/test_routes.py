"""The tables of routes name every module that has some, and each of them once."""

from importlib import import_module
from pkgutil import walk_packages

import pytest

import gazouillis.api.routes
import gazouillis.web.pages
import gazouillis.web.routes


@pytest.mark.parametrize(
    ("package", "table"),
    [(gazouillis.api, gazouillis.api.routes.MODULES), (gazouillis.web.pages, gazouillis.web.routes.MODULES)],
    ids=["api", "web"],
)
def test_every_module_with_routes_is_in_the_table_once(package, table):
    names = [one.name for one in walk_packages(package.__path__, f"{package.__name__}.")]

    assert sorted(one.__name__ for one in table) == sorted(name for name in names if hasattr(import_module(name), "routes"))
