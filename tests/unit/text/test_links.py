import pytest

from gazouillis.text.entities import Link, entities


def links(text):
    return [text[one.start : one.end] for one in entities(text) if isinstance(one, Link)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://there.test", "http://there.test"),
        ("https://there.test/", "https://there.test/"),
        ("HTTP://THERE.TEST/A", "HTTP://THERE.TEST/A"),
        ("voir https://there.test/a.", "https://there.test/a"),
        ("https://there.test/a, puis", "https://there.test/a"),
        ("https://there.test/a?", "https://there.test/a"),
        ("https://there.test/a!", "https://there.test/a"),
        ("https://there.test/a…", "https://there.test/a"),
        ("https://there.test/a :", "https://there.test/a"),
        ('"https://there.test/a"', "https://there.test/a"),
        ("'https://there.test/a'", "https://there.test/a"),
        ("«https://there.test/a»", "https://there.test/a"),
        ("“https://there.test/a”", "https://there.test/a"),
        ("<https://there.test/a>", "https://there.test/a"),
        ("(https://there.test/a)", "https://there.test/a"),
        ("(https://there.test)", "https://there.test"),
        ("[https://there.test/a]", "https://there.test/a"),
        ("*https://there.test/a*", "https://there.test/a"),
        ("https://there.test/a_(film)", "https://there.test/a_(film)"),
        ("(https://there.test/a_(film))", "https://there.test/a_(film)"),
        ("https://there.test/a(b(c)d)e", "https://there.test/a(b(c)d)e"),
        ("https://there.test/a(b", "https://there.test/a"),
        ("https://there.test/l'été", "https://there.test/l'été"),
        ("https://there.test/a,b;c", "https://there.test/a,b;c"),
        ("https://there.test/@alice", "https://there.test/@alice"),
        ("https://there.test/@alice/1", "https://there.test/@alice/1"),
        ("https://there.test/~a/", "https://there.test/~a/"),
        ("https://there.test/a%20b", "https://there.test/a%20b"),
        ("https://there.test/?a=b&c=d", "https://there.test/?a=b&c=d"),
        ("https://there.test?a=", "https://there.test?a="),
        ("https://there.test/?a[]=b", "https://there.test/?a[]=b"),
        ("https://there.test/#a", "https://there.test/#a"),
        ("https://there.test/a#b?c", "https://there.test/a#b?c"),
        ("https://there.test/日本", "https://there.test/日本"),
        ("https://there.test/日本。次", "https://there.test/日本"),
        ("https://there.test/🎉", "https://there.test/🎉"),
        ("https://there.test:8080/a", "https://there.test:8080/a"),
        ("https://there.test:8080", "https://there.test:8080"),
        ("https://there.test: oui", "https://there.test"),
        ("https://there.test:123456", "https://there.test"),
        ("https://café.fr/x", "https://café.fr/x"),
        ("https://cafe\u0301.fr/x", "https://cafe\u0301.fr/x"),
        ("https://例え.テスト/x", "https://例え.テスト/x"),
        ("https://xn--caf-dma.fr", "https://xn--caf-dma.fr"),
        ("http://пример.xn--p1ai/", "http://пример.xn--p1ai/"),
        ("http://a-b.there.test", "http://a-b.there.test"),
        ("http://_a.there.test", None),
        ("http://a_b.there.test", "http://a_b.there.test"),
        ("http://there.cnを見て", "http://there.cn"),
        ("見てhttp://there.cn", "http://there.cn"),
        ("http://intranet.lan/x", "http://intranet.lan/x"),
        ("a\nhttp://there.test\nb", "http://there.test"),
        ("http://there.test\u202egnp", "http://there.test"),
        ("🎉http://there.test🎉", "http://there.test"),
        ("gazouillis.example/path", "gazouillis.example/path"),
        ("gazouillis.example", "gazouillis.example"),
        ("bit.ly/aCLyOO", "bit.ly/aCLyOO"),
        ("BIT.LY/x", "BIT.LY/x"),
        ("café.fr", "café.fr"),
        ("café.fr.", "café.fr"),
        ("tu connais café.fr?", "café.fr"),
        ("l'atelier.fr", "atelier.fr"),
        ("❤️café.fr", "café.fr"),
        ("(café.fr)", "café.fr"),
        ("café.fr, oui", "café.fr"),
        ("www.there.it", "www.there.it"),
        ("www.there.la", "www.there.la"),
        ("there.la/x", "there.la/x"),
        ("there.com:8080", "there.com:8080"),
        ("there.co.uk", "there.co.uk"),
        ("пример.рф", "пример.рф"),
        ("radio-canada.ca", "radio-canada.ca"),
        ("1.fr", "1.fr"),
    ],
)
def test_a_link_is_found(text, expected):
    assert links(text) == ([expected] if expected else [])


@pytest.mark.parametrize(
    "text",
    [
        "e.g. ceci",
        "i.e. cela",
        "p.ex. oui",
        "c.-à-d. non",
        "etc.Je",
        "fini.La suite",
        "fini.la suite",
        "bonjour.moi",
        "M.Dupont",
        "U.S.A.",
        "a.k.a.",
        "19.30",
        "3.5",
        "1.2.3.4",
        "...fr",
        "oui...non",
        "main.py",
        "README.md",
        "script.sh",
        "film.mov",
        "ASP.NET",
        "Node.js",
        "fichier.txt",
        "sans.ending",
        "jean@there.fr",
        "jean.dupont@there.fr",
        "jean.fr@there.fr",
        "jean.fr.dupont@there.com",
        "jean+un.fr@there.fr",
        "@alice@there.fr",
        "#there.fr",
        "$there.fr",
        "ftp://there.fr/x",
        "mailto:a@there.fr",
        "xhttp://there.fr",
        "-there.fr",
        "there.fr-x",
        "there.fr_x",
        "http://",
        "http://a",
        "http://.fr",
        "http://localhost:3000/",
        "http://alice:secret@there.fr/",
        "http://there.fr@evil.com",
        "@http://there.fr",
        "#http://there.fr",
    ],
)
def test_no_link_is_found(text):
    assert links(text) == []


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("bit.ly/x", "https://bit.ly/x"),
        ("HTTP://There.Test/A", "http://There.Test/A"),
        ("café.fr/été", "https://xn--caf-dma.fr/été"),
        ("cafe\u0301.fr", "https://xn--caf-dma.fr"),
        ("https://ÉCOLE.fr:80/?q=é#à", "https://xn--cole-9oa.fr:80/?q=é#à"),
    ],
)
def test_the_url_of_a_link_has_a_scheme_and_an_ascii_host(text, url):
    assert entities(text)[0].url == url


def test_a_host_that_idna_refuses_stays_as_written():
    assert entities("https://✪df.ws/x")[0].url == "https://✪df.ws/x"


def test_a_label_has_at_most_63_characters():
    assert links(f"https://{'é' * 63}.fr/x") == [f"https://{'é' * 63}.fr/x"]
    assert links(f"https://{'é' * 64}.fr/x") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("見てexample.com", ["example.com"]),
        ("見てexample.comをどうぞ", ["example.com"]),
        ("コーヒーcafe.com/menuへ", ["cafe.com/menu"]),
        ("ดูexample.comนะ", ["example.com"]),
        ("한국twitter.com에서", ["twitter.com"]),
        ("example.comてすとですtwitter.みんなです", ["example.com", "twitter.みんな"]),
        ("見て 例え.みんな/頁", ["例え.みんな/頁"]),
        ("https://ja.example.org/wiki/東京", ["https://ja.example.org/wiki/東京"]),
        ("http://✪df.ws/ejp", ["http://✪df.ws/ejp"]),
        ("http://🎉.ws", ["http://🎉.ws"]),
        ("👉example.com", ["example.com"]),
        ("http://a_b.example.com", ["http://a_b.example.com"]),
        ("http://example.comだよね.jp", ["http://example.com"]),
    ],
)
def test_a_host_begins_and_ends_where_scripts_change(text, expected):
    assert links(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("приветexample.com", "http://a_b.com", "a_b.com/x", "http://xn--はじめよう.com/x", "http://✪/", "✪.", "$example.com"),
        *("marie.fr+liste@exemple.org", "marie.fr@exemple.org", "marie.fr-liste@exemple.org", "marie.fr.liste@exemple.org"),
        *("marie.fr%x@exemple.org", "marie.fr'x@exemple.org", "marie.fr!x@exemple.org", "marie.fr_@exemple.org", "é.fr+é@exemple.org"),
        *("mailto:marie.fr+x@exemple.org", "<marie.fr+liste@exemple.org>", "(a+marie.fr@exemple.org)", "marie.fr+liste＠exemple.org"),
    ],
)
def test_a_part_of_a_word_or_of_an_email_address_is_not_a_link(text):
    assert links(text) == []


def test_entities_separated_by_spaces_are_all_found():
    text = "https://there.test/a #fête @alice there.com"

    assert [text[one.start : one.end] for one in entities(text)] == ["https://there.test/a", "#fête", "@alice", "there.com"]


def test_a_link_after_a_refused_host_is_found():
    assert links("sans.ending/?there.fr/x") == ["there.fr/x"]
