import pytest

from gazouillis.text.cleaning import MOST_TAGS, clean_html, clean_line, plain


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a</p>", "<p>a</p>"),
        ("<script>x()</script>a", "a"),
        ("<style>p{}</style>a", "a"),
        ("<img src=x onerror=x()>a", "a"),
        ("<iframe src='https://there.test'></iframe>a", "a"),
        ("<p onclick='x()'>a</p>", "<p>a</p>"),
        ("<p style='color:red'>a</p>", "<p>a</p>"),
        ("<p id=x>a</p>", "<p>a</p>"),
        ("<p class='u-x evil'>a</p>", '<p class="u-x">a</p>'),
        ("<span class='h-card invisible navbar'>a</span>", '<span class="h-card invisible">a</span>'),
        ("<p class='quote-inline'>a</p>", '<p class="quote-inline">a</p>'),
        ("<p class='evil'>a</p>", "<p>a</p>"),
        ("<span translate=no>a</span>", '<span translate="no">a</span>'),
        ("<span translate=yes>a</span>", "<span>a</span>"),
        ("<h1>a</h1>", "<p><strong>a</strong></p>"),
        ('<h6 lang="fr">a</h6>', "<p><strong>a</strong></p>"),
        ("<ol start=3 reversed><li value=2>a</li></ol>", '<ol start="3" reversed=""><li value="2">a</li></ol>'),
        ("<ruby>漢<rp>(</rp><rt>kan</rt></ruby>", "<ruby>漢<rp>(</rp><rt>kan</rt></ruby>"),
        ("<del>a</del><s>b</s><u>c</u><pre><code>d</code></pre>", "<del>a</del><s>b</s><u>c</u><pre><code>d</code></pre>"),
        ("<p lang='fr'>a</p>", '<p lang="fr">a</p>'),
        ("<table><tr><td>a</td></tr></table>", "a"),
        ("<!-- a -->b", "b"),
        ("<p>a", "<p>a</p>"),
        ("a & b < c", "a &amp; b &lt; c"),
    ],
)
def test_html_keeps_only_what_is_allowed(html, expected):
    assert clean_html(html) == expected


@pytest.mark.parametrize(
    "href", ["javascript:x()", "JaVaScRiPt:x()", "data:text/html,x", "vbscript:x", "/relative", "//there.test", " javascript:x"]
)
def test_a_link_with_a_scheme_that_is_not_allowed_loses_its_address(href):
    assert "href" not in clean_html(f'<a href="{href}">a</a>')


@pytest.mark.parametrize("href", ["https://there.test/", "http://there.test/", "gemini://there.test/", "xmpp:a@there.test"])
def test_a_link_with_an_allowed_scheme_keeps_its_address(href):
    assert f'href="{href}"' in clean_html(f'<a href="{href}">a</a>')


def test_a_link_is_nofollow_and_opens_in_a_new_tab():
    cleaned = clean_html('<a href="https://there.test/" rel="me" target="x">a</a>')

    assert 'rel="nofollow noopener"' in cleaned
    assert 'target="_blank"' in cleaned


def test_html_with_too_many_tags_becomes_plain_text():
    html = "<ul><li>" * MOST_TAGS

    assert clean_html(html) == html.replace("<", "&lt;").replace(">", "&gt;")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<p>a</p>\n<p>b</p>", "a\n\nb"),
        ("<p>a<br>b<br />c</p>", "a\nb\nc"),
        ("<p>a<br>\nb</p>", "a\nb"),
        ("<p>a\nb</p>", "a b"),
        ("<pre>a\nb</pre>", "a\nb"),
        ("a &amp; b &lt;c&gt; &eacute; &#39;", "a & b <c> é '"),
        ("&amp;lt;", "&lt;"),
        ('<span class="invisible">https://</span><span class="ellipsis">a.fr</span>', "https://a.fr"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("<blockquote><p>a</p></blockquote>b", "a\n\nb"),
        ("a<script>x</script>", "a"),
        ("a  b", "a  b"),
        ("a\u00a0b", "a\u00a0b"),
        ("", ""),
        ("\ud800", "\ufffd"),
        ("<", "<"),
        ("a <3 b", "a <3 b"),
    ],
)
def test_html_becomes_plain_text(html, expected):
    assert plain(html) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Alice", "Alice"),
        ("  Alice \t B ", "Alice B"),
        ("Alice\nB", "Alice B"),
        ("Alice\u2028B", "Alice B"),
        ("Al\u0000ice\u0007", "Alice"),
        ("evil\u202egnp.exe", "evilgnp.exe"),
        ("\u2066a\u2069", "a"),
        ("👨‍👩‍👧 Zoé", "👨‍👩‍👧 Zoé"),
        ("\ud800a", "a"),
        ("\ufeffa", "a"),
        ("", ""),
    ],
)
def test_a_name_is_one_line_without_control_characters(text, expected):
    assert clean_line(text) == expected
