"""A new page fails here until it is visited in a browser (`tests/e2e/visits.py`), or is listed among the routes that are no pages."""

from gazouillis.web import routes
from tests.e2e.visits import NO_PAGES, ON_A_NEW_SERVER, VISITS


def test_every_page_is_visited():
    pages = {path for handler in routes.handlers for path in handler.paths if "GET" in handler.http_methods}

    assert pages == VISITS.keys() | ON_A_NEW_SERVER | NO_PAGES.keys()
