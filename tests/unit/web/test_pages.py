import gzip
from collections import Counter
from html.parser import HTMLParser

import pytest

from gazouillis.web.rendering import STATIC, TEMPLATES
from tests.support.preview.pages import PAGE_NAMES, STATES, pages

LIGHT = 30_000


class Outline(HTMLParser):
    """What the checks below ask of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.posts_without_token = 0
        self._in_form = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag == "form" and given.get("method") == "post":
            self.posts_without_token += 1
            self._in_form = True
        if self._in_form and given.get("name") == "_csrf_token":
            self.posts_without_token -= 1
            self._in_form = False

    def all(self, name: str) -> list[str]:
        """Every value of an attribute."""
        return [value for _, given in self.tags if (value := given.get(name))]


@pytest.fixture(params=[f"{name} in {language}" for language in ("en", "fr") for name in PAGE_NAMES])
def outline(request):
    name, _in, language = request.param.split()
    return Outline(pages(language)[name])


def test_every_form_that_changes_something_carries_the_token(outline):
    assert outline.posts_without_token == 0


def test_nothing_is_inline(outline):
    assert [given for tag, given in outline.tags if tag == "style" or (tag == "script" and not given.get("src"))] == []
    assert [name for _, given in outline.tags for name in given if name == "style" or name.startswith("on")] == []


def test_an_id_is_given_once(outline):
    assert [one for one, count in Counter(outline.all("id")).items() if count > 1] == []


def test_what_is_pointed_at_exists(outline):
    ids = set(outline.all("id"))
    pointed = [
        one for name in ("for", "form", "aria-describedby", "aria-labelledby") for value in outline.all(name) for one in value.split()
    ]
    assert [one for one in pointed if one not in ids] == []


def test_a_page_has_one_first_heading_and_skips_no_level(outline):
    levels = [int(tag[1]) for tag, _ in outline.tags if tag in ("h1", "h2", "h3", "h4")]
    assert levels.count(1) == 1
    assert all(level <= max(levels[:position], default=0) + 1 for position, level in enumerate(levels))


def test_nothing_is_asked_of_another_site(outline):
    assert [src for src in outline.all("src") if not src.startswith("/")] == []


@pytest.mark.parametrize("name", ["home", "local", "profile", "thread", "notifications", "landing", "sign_in", "compose"])
def test_core_pages_are_light(name):
    style = gzip.compress((STATIC / "app.css").read_bytes())
    page = gzip.compress(pages("fr")[name].encode())
    assert len(page) + len(style) < LIGHT


def test_every_page_is_previewed():
    shown = {template for _, template, _, _ in STATES}
    assert {path.name for path in TEMPLATES.glob("[!_]*.html")} - shown == {"base.html"}


def test_every_template_says_at_its_top_what_it_takes():
    assert [path.name for path in TEMPLATES.rglob("*.*") if not path.read_text(encoding="utf-8").startswith("{#-")] == []
