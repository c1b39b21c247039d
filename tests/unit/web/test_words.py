import re
from collections.abc import Iterator
from gettext import NullTranslations
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from gazouillis.infra.basics.messages import _
from gazouillis.web import i18n, questions
from tests.support import sample
from tests.support.preview import cards, embed, filters, lists, meetings, messages, polls, recommendations, scheduled, stays, thanks, tracks
from tests.support.preview.audiences import UNTRANSLATED
from tests.support.preview.layouts import FORM_ERRORS, VISITOR
from tests.support.preview.pages import PAGE_NAMES, pages
from tests.support.preview.settings import DEVICES, SESSIONS

ROOT = Path(__file__).parents[3]
KEYWORDS = DEFAULT_KEYWORDS | {"counted": (1, 2)}
PLACEHOLDER = re.compile(r"%\((\w+)\)s|\{(\w+)\}")

Msgid = str | tuple[str, ...]


def extracted_messages() -> dict[Msgid, str]:
    """The message ids in the code and the templates, each with the place where it is written."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)
    found = extract_from_dir(ROOT / "src", methods, options, KEYWORDS)
    return {msgid: f"src/{file}:{line}" for file, line, msgid, _, _ in found}


def catalogue(language: str) -> Catalog:
    with (i18n.CATALOGUES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def plural_forms(sentence: str | tuple[str, ...] | list[str]) -> list[str]:
    return [sentence] if isinstance(sentence, str) else list(sentence)


def placeholders(sentence: str) -> set[str]:
    return {"".join(found) for found in PLACEHOLDER.findall(sentence)}


def is_translated(message: Message | None) -> bool:
    return message is not None and not message.fuzzy and all(plural_forms(message.string))


@pytest.mark.parametrize("language", [one for one in i18n.LANGUAGES if one != i18n.DEFAULT_LANGUAGE])
def test_every_message_is_translated_into_every_language(language):
    known = catalogue(language)
    missing = [f"{place}: {msgid}" for msgid, place in extracted_messages().items() if not is_translated(known.get(plural_forms(msgid)[0]))]
    assert missing == [], "run `just words`, then complete the .po files"


@pytest.mark.parametrize("language", [one for one in i18n.LANGUAGES if one != i18n.DEFAULT_LANGUAGE])
def test_translations_have_the_placeholders_of_their_message(language):
    for message in filter(is_translated, catalogue(language)):
        *singular, last = plural_forms(message.string)
        assert placeholders(last) == placeholders(plural_forms(message.id)[-1]), message.id
        assert all(placeholders(form) in (placeholders(plural_forms(message.id)[0]), placeholders(last)) for form in singular), message.id


def test_a_line_never_ends_before_a_french_sign():
    """A no-break space stands there instead of a plain one."""
    breakable = [
        form for message in catalogue("fr") if message.id for form in plural_forms(message.string) if re.search(r" [;:!?»]|« ", form)
    ]

    assert breakable == []


def test_a_post_is_not_called_a_message_in_french():
    """A message is what nobody reads but those it is written to. Sentences that speak of both keep both words."""
    mixed = [
        message.id
        for message in catalogue("fr")
        if message.id
        and re.search(r"\bposts?\b", " ".join(plural_forms(message.id)))
        and not re.search(r"message", " ".join(plural_forms(message.id)))
        and re.search(r"message", " ".join(plural_forms(message.string)))
    ]

    assert mixed == []


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_to_undo_what_was_done_is_not_called_as_to_leave_a_question(language):
    assert i18n.translate(_("Undo"), language) != i18n.translate(_("Cancel"), language)


class BracketedTranslations(NullTranslations):
    """Puts every message between brackets, so that a text without brackets is one that was not translated."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


class VisibleText(HTMLParser):
    """The texts of a page, apart from what people wrote (`dir="auto"`), dates and keys."""

    VOID = ("area", "base", "br", "hr", "img", "input", "link", "meta")
    TEXT_ATTRIBUTES = ("aria-label", "placeholder", "title", "alt", "data-one", "data-many", "data-announcement", "data-done", "data-title")
    TEXT_ATTRIBUTES += questions.ATTRIBUTES

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._skipped: list[str] = []
        self._open_brackets = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_ours = tag not in ("time", "kbd", "code", "script", "svg") and given.get("dir") != "auto" and "lang" not in given
        if tag != "time":
            self.found += [value for name in self.TEXT_ATTRIBUTES if (value := given.get(name)) and tag != "svg"]
        if tag not in self.VOID and (self._skipped or not (is_ours or tag == "html")):
            self._skipped.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._skipped and tag not in self.VOID:
            self._skipped.pop()

    def handle_data(self, data: str) -> None:
        """A sentence may have elements in it: what is between its brackets is translated, although it comes in several parts."""
        if self._skipped:
            return
        rest = ""
        for sign in data:
            self._open_brackets += {"⟦": 1, "⟧": -1}.get(sign, 0)
            rest += "" if self._open_brackets or sign == "⟧" else sign
        if rest.strip():
            self.found.append(rest.strip())


NAMES = sorted(
    {VISITOR.site_name, "Tusky", "https://tusky.app", "English", "Français", "Budapest", "pétanque", "budapest", "xyzzy", "hu"}
    | {"there.example", "xn--bcher-kva.example"}
    | {one.name for one in sample.PEOPLE}
    | {one.acct for one in sample.PEOPLE}
    | set(FORM_ERRORS.values())
    | {
        "Ce nom et ce mot de passe ne vont pas ensemble.",
        "Votre gazouillis dépasse de 52 caractères.",
        "Bienvenue !",
        "emma@example.org",
        "laurent@example.org",
        *UNTRANSLATED,
        *cards.UNTRANSLATED,
        *embed.UNTRANSLATED,
        *lists.UNTRANSLATED,
        *meetings.UNTRANSLATED,
        *polls.UNTRANSLATED,
        *scheduled.UNTRANSLATED,
        *filters.UNTRANSLATED,
        *messages.UNTRANSLATED,
        *thanks.UNTRANSLATED,
        *recommendations.UNTRANSLATED,
        *tracks.UNTRANSLATED,
        *stays.UNTRANSLATED,
    }
    | {text for session in SESSIONS for text in (session.user_agent, session.address)}
    | set(DEVICES.values()),
    key=len,
    reverse=True,
)
NUMBER = re.compile(r"\d[\d.,\s]*[kKM]?\b")


def untranslated(html: str) -> Iterator[str]:
    visible = VisibleText()
    visible.feed(html)
    for found in visible.found:
        rest = re.sub(r"⟦[^⟦⟧]*⟧", "", found)
        for name in NAMES:
            rest = rest.replace(name, "")
        if re.search(r"[^\W\d_]", NUMBER.sub("", rest)):
            yield found


def bracketed(_language: str) -> NullTranslations:
    return BracketedTranslations()


@pytest.mark.parametrize("name", PAGE_NAMES)
def test_every_text_of_a_page_is_translatable(name):
    assert list(untranslated(pages("en", bracketed)[name])) == []


def test_a_text_that_is_not_translatable_is_found():
    assert list(untranslated("<p>⟦Hello⟧ <b>there</b> ⟦<i>you</i> are ⟦welcome⟧⟧ here</p>")) == ["there", "here"]
