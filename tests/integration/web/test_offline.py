"""The service worker and the page that it shows while the server cannot be reached."""

import json
import re

import pytest


async def cached_files(visitor):
    script = (await visitor.client.get("/sw.js")).text
    found = re.search(r"^const FILES = (.*);$", script, re.MULTILINE)
    assert found is not None
    return json.loads(found[1])


async def test_the_worker_is_asked_for_anew_each_time_and_governs_the_whole_site(visitor):
    response = await visitor.client.get("/sw.js")

    assert (response.headers["content-type"], response.headers["cache-control"]) == ("text/javascript; charset=utf-8", "no-cache")
    assert "set-cookie" not in response.headers


async def test_the_worker_keeps_only_files_that_exist(visitor):
    files = await cached_files(visitor)

    assert {one.partition("?")[0] for one in files} >= {"/offline", "/static/app.css", "/static/offline.js"}
    for one in files:
        assert (await visitor.client.get(one)).status_code == 200


@pytest.mark.parametrize(("language", "title"), [("fr", "Pas de connexion"), ("en", "No connection")])
async def test_the_offline_page_is_the_same_for_everybody(visitor, alices_browser, language, title):
    own = (await alices_browser.client.get(f"/offline?lang={language}")).text

    assert own == (await visitor.client.get(f"/offline?lang={language}")).text
    assert title in own
    assert "alice" not in own


async def test_an_error_page_says_that_it_is_ours(visitor):
    assert (await visitor.client.get("/nowhere")).headers["gazouillis-error"] == "1"
