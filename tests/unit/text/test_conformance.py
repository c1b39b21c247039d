"""Conformance with https://github.com/twitter/twitter-text: its published test cases for entities, and the list of where we differ.

We do not distribute its file: GAZOUILLIS_TEST_TWITTER_TEXT names the folder that holds `extract.yml`, else it is looked for in
`shared/reference/twitter-text` beside this checkout.
"""

import os
from pathlib import Path

import pytest
import yaml

from gazouillis.text.entities import Hashtag, Link, Mention, entities

VARIABLE = "GAZOUILLIS_TEST_TWITTER_TEXT"
NEARBY = [parent / "shared" / "reference" / "twitter-text" for parent in Path(__file__).parents]

# By the description of the case. Why: docs/decisions/0045-where-twitter-text-is-not-followed.md
DIFFERENT = {
    "hashtags": set(),
    "urls": {
        "Extract URLs with and without protocol surrounded by CJK characters",
        "Extract short URLs without protocol on ccTLD domains without path",
        "Extract URL before newline",
        "Extract a t.co URL with a trailing apostrophe",
        "Extract a t.co URL with a trailing hyphen",
        "DO NOT extract URLs with > 40 characters in a t.co slug",
    },
    "mentions": {
        "Extract mention in the middle of a Japanese tweet",
        "Extract lone metion but not @user@user (too close to an email)",
        *(f"DO NOT extract username preceded by {sign}" for sign in "!#$%&*"),
    },
}


@pytest.fixture(scope="module")
def published():
    folders = [Path(os.environ[VARIABLE])] if VARIABLE in os.environ else NEARBY
    found = next((folder / "extract.yml" for folder in folders if (folder / "extract.yml").exists()), None)
    if found is None:
        pytest.skip(f"{VARIABLE} names no folder with extract.yml")
    return yaml.safe_load(found.read_text("utf-8"))["tests"]


def _read(kind, text):
    found = entities(text)
    match kind:
        case "hashtags":
            return [one.name for one in found if isinstance(one, Hashtag)]
        case "urls":
            return [text[one.start : one.end] for one in found if isinstance(one, Link)]
        case _:
            return [one.username for one in found if isinstance(one, Mention)]


@pytest.mark.parametrize("kind", DIFFERENT)
def test_we_differ_from_twitter_text_only_where_we_decided_to(published, kind):
    different = {case["description"] for case in published[kind] if _read(kind, case["text"]) != case["expected"]}

    assert different == DIFFERENT[kind]
