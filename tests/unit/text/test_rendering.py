import pytest

from gazouillis.text.cleaning import clean_html
from gazouillis.text.rendering import Mentioned, to_html

PEOPLE = {
    "alice": Mentioned("https://here.test/@alice", "alice", "alice"),
    "dave": Mentioned("https://here.test/@dave", "dave", "dave"),
    "dave@there.test": Mentioned("https://there.test/@dave", "dave", "dave@there.test"),
}


def html(text):
    return to_html(text, PEOPLE, lambda name: f"https://here.test/tags/{name}")


def card(url, shown):
    return f'<span class="h-card" translate="no"><a href="{url}" class="u-url mention">@<span>{shown}</span></a></span>'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("oui", "<p>oui</p>"),
        ("", ""),
        (" \n ", ""),
        ("a\nb", "<p>a<br />b</p>"),
        ("a\r\nb\rc", "<p>a<br />b<br />c</p>"),
        ("a\n\nb", "<p>a</p><p>b</p>"),
        ("a\n\n\n\nb", "<p>a</p><p>b</p>"),
        ("\na\n", "<p>a</p>"),
        ("a  b", "<p>a  b</p>"),
        ("<b> & \"c\" 'd'", "<p>&lt;b&gt; &amp; \"c\" 'd'</p>"),
        ("annif ;) ^^ :P m****", "<p>annif ;) ^^ :P m****</p>"),
        ("Twitts à Budapest 🙂 œ’", "<p>Twitts à Budapest 🙂 œ’</p>"),
    ],
)
def test_a_text_becomes_paragraphs_and_line_breaks(text, expected):
    assert html(text) == expected


def test_a_mention_is_a_link_in_an_h_card():
    assert html("@alice!") == f"<p>{card('https://here.test/@alice', 'alice')}!</p>"


def test_a_mention_keeps_the_case_it_was_typed_in():
    assert html("@ALICE") == f"<p>{card('https://here.test/@alice', 'ALICE')}</p>"


def test_a_remote_mention_hides_its_domain():
    assert html("@dave@there.test") == f"<p>{card('https://there.test/@dave', 'dave')}</p>"


def test_mentions_with_the_same_name_show_their_domains():
    here, there = card("https://here.test/@dave", "dave"), card("https://there.test/@dave", "dave@there.test")

    assert html("@dave @dave@there.test") == f"<p>{here} {there}</p>"


@pytest.mark.parametrize("text", ["@nobody", "@alice@elsewhere.test", "a@alice.test"])
def test_an_unknown_handle_stays_text(text):
    assert html(text) == f"<p>{text}</p>"


def test_a_hashtag_is_a_link_to_its_page():
    assert html("#Fête") == '<p><a href="https://here.test/tags/Fête" class="mention hashtag" rel="tag">#<span>Fête</span></a></p>'


def test_a_short_link_is_shown_whole_without_its_scheme():
    assert html("https://www.a.fr/x") == (
        '<p><a href="https://www.a.fr/x" target="_blank" rel="nofollow noopener" translate="no">'
        '<span class="invisible">https://www.</span><span class="">a.fr/x</span><span class="invisible"></span></a></p>'
    )


def test_a_long_link_shows_thirty_characters():
    shown, rest = "there.test/" + "a" * 19, "b" * 9

    assert f'<span class="ellipsis">{shown}</span><span class="invisible">{rest}</span>' in html(f"https://{shown}{rest}")


def test_a_link_is_never_cut_inside_a_character():
    shown = "there.test/" + "a" * 18 + "👨‍👩‍👧"

    assert f'<span class="ellipsis">{shown}</span><span class="invisible">b</span>' in html(f"https://{shown}b")


def test_a_link_to_an_accented_host_stays_readable():
    assert 'href="https://xn--caf-dma.fr/?a=1&amp;b=2"' in html("café.fr/?a=1&b=2")
    assert '<span class="">café.fr/?a=1&amp;b=2</span>' in html("café.fr/?a=1&b=2")


@pytest.mark.parametrize("text", ['https://a.fr/"onclick="x', "https://a.fr/'><script>", "#<script>", "@<script>", '@alice"><script>'])
def test_markup_in_a_text_is_escaped(text):
    assert clean_html(html(text)).count("<") == html(text).count("<")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bonjour ! Ça va ? Oui ; et toi :", "Bonjour\u00a0! Ça va\u00a0? Oui\u00a0; et toi\u00a0:"),
        ("« oui »", "«\u00a0oui\u00a0»"),
        ("quoi ?!", "quoi\u00a0?!"),
        ("fin !\nsuite", "fin\u00a0!<br />suite"),
        ("hello! a ;-) :p", "hello! a ;-) :p"),
        ("#café !", '<a href="https://here.test/tags/café" class="mention hashtag" rel="tag">#<span>café</span></a>\u00a0!'),
    ],
)
def test_a_sign_after_a_space_is_bound_to_its_word(text, expected):
    assert html(text) == f"<p>{expected}</p>"
