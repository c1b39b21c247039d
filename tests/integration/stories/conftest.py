"""Fixtures that several stories share."""

import pytest

from tests.support.browser import Browser


@pytest.fixture
async def signed_in(running_site):
    """Signs a person in on the pages, and returns their browser."""

    async def sign_in(person):
        browser = Browser(running_site)
        await browser.was_signed_in(person.name)
        return browser

    return sign_in
