import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gazouillis.text import entities as parser
from gazouillis.text import grammar
from gazouillis.text.blank import is_blank
from gazouillis.text.cleaning import clean_html, clean_line, plain
from gazouillis.text.entities import Link, Mention, entities, hashtag_key, reply_address, typed_retweet
from gazouillis.text.folding import fold, words
from gazouillis.text.length import counted_length, excess
from gazouillis.text.rendering import Mentioned, to_html

FRAGMENTS = [
    *["@alice", "@dave@there.test", "＠bob", "#fête", "＃a", "https://", "http://", "there.test", "bit.ly/x", "café.fr", "例え.テスト"],
    *["RT ", ">>", "»", ": ", ", ", ".", "/", "?", "#", "@", "(", ")", "_", "-", " ", "\n", "\r\n", "\n\n", "&", "<", '"', "'"],
    *["é", "e\u0301", "の", "🎉", "👨‍👩‍👧", "🇫🇷", "❤️", "1️⃣", "\u200d", "\ufe0f", "क्ष", "\u094d", "👍🏽"],
]
anything = st.text()
letters = st.characters(exclude_categories=["Cs", "Cn", "Cc"])
typed = st.lists(st.sampled_from(FRAGMENTS) | letters, max_size=30).map("".join)

ALICE = {"alice": Mentioned("https://here.test/@alice", "alice", "alice")}
ALLOWED = set("a p br span del s pre blockquote code b strong u i em ul ol li ruby rt rp".split())


def with_plain_spaces(text):
    """The HTML binds a French sign to the word before it by U+00A0."""
    return text.replace("\u00a0", " ")


def tag_url(name):
    return f"/tags/{name}"


@given(typed | anything)
def test_entities_and_the_text_between_them_make_the_whole_text(text):
    pieces, position = [], 0
    for one in entities(text):
        assert one.start >= position
        assert one.end > one.start
        pieces += [text[position : one.start], text[one.start : one.end]]
        position = one.end

    assert "".join(pieces) + text[position:] == text


@given(typed)
def test_skipping_words_without_signs_skips_no_entity(text):
    assert entities(text) == tuple(parser._scan(text, 0, len(text)))


@given(typed)
def test_a_mention_is_made_of_what_was_typed(text):
    for one in entities(text):
        if isinstance(one, Mention):
            assert one.handle == text[one.start + 1 : one.end].replace("＠", "@").lower()


@given(typed)
def test_a_link_leads_to_the_web(text):
    for one in entities(text):
        if isinstance(one, Link):
            assert re.match(r"https?://[^\s/]+", one.url)


@given(typed)
def test_rendered_html_has_the_text_that_was_typed(text):
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    expected = "" if is_blank(lines) else re.sub(r"\n{2,}", "\n\n", lines)

    assert with_plain_spaces(plain(to_html(text, ALICE, tag_url))) == with_plain_spaces(expected)


@given(typed)
def test_rendered_html_passes_the_sanitizer(text):
    html = to_html(text, ALICE, tag_url)

    assert plain(clean_html(html)) == plain(html)


@given(anything | st.lists(st.sampled_from(["<", ">", "a", "p", "h1", " ", '"', "=", "href", "on", "script", "/", "&", "\n"])).map("".join))
def test_cleaned_html_holds_only_what_is_allowed(html):
    class Inspection(HTMLParser):
        def handle_starttag(self, tag, attrs):
            assert tag in ALLOWED
            assert {name for name, _ in attrs} <= {"href", "rel", "class", "translate", "target", "lang", "start", "reversed", "value"}

    Inspection().feed(clean_html(html))


@given(st.text(st.characters(exclude_categories=[])))
@pytest.mark.parametrize("work", [clean_html, plain, clean_line, fold, words, entities, reply_address, typed_retweet, hashtag_key])
def test_no_text_raises_an_error(work, text):
    work(text)


@given(anything)
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(anything)
def test_the_key_of_a_key_is_itself(text):
    assert hashtag_key(hashtag_key(text)) == hashtag_key(text)


@given(anything)
def test_a_cleaned_name_is_one_line(text):
    assert clean_line(text).splitlines() in ([], [clean_line(text)])


@given(typed)
def test_a_text_exceeds_its_own_length_by_nothing(text):
    assert excess(text, counted_length(text)) == 0


@given(typed)
def test_the_body_of_a_reply_is_the_end_of_the_text(text):
    mentions, offset = reply_address(text)

    assert 0 <= offset <= len(text)
    assert bool(mentions) == (offset > 0)


def test_the_grammar_knows_the_top_level_domains():
    assert {"fr", "com", "рф", "xn--p1ai", "example"} <= grammar.TLDS
    assert grammar.ALSO_WORDS <= grammar.TLDS
