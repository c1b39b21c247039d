import pytest

from gazouillis.text.readable_links import readable
from gazouillis.text.rendering import to_html


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("fr.wikipedia.org/wiki/%C3%89t%C3%A9_(saison)", "fr.wikipedia.org/wiki/Été_(saison)"),
        ("ja.wikipedia.org/wiki/%e6%97%a5%e6%9c%ac", "ja.wikipedia.org/wiki/日本"),
        ("here.test/?q=caf%C3%A9#%C3%A9", "here.test/?q=café#é"),
        ("xn--caf-dma.fr/menu", "café.fr/menu"),
        ("https://XN--CAF-DMA.fr:8080/", "https://café.fr:8080/"),
        ("xn--wgv71a.jp", "日本.jp"),
    ],
)
def test_an_address_is_shown_decoded(url, shown):
    assert readable(url) == shown


@pytest.mark.parametrize(
    "url",
    [
        "here.test/a%20b%2Fc%3Cscript",  # would end the address, or mean something else
        "here.test/%E2%80%AEgnp.exe",  # turns the direction of reading
        "here.test/%E2%80%8B",  # invisible
        "here.test/%CC%81",  # a mark without a letter
        "here.test/%C3",  # not UTF-8
        "here.test/%C3%A9%FF",
        "xn--80ak6aa92e.com",  # Cyrillic letters that look like apple
        "xn--.fr",
        "here.test/xn--caf-dma",
    ],
)
def test_what_could_deceive_stays_encoded(url):
    assert readable(url) == url


def test_the_link_itself_stays_as_it_was_written():
    html = to_html("https://xn--caf-dma.fr/%C3%A9", {}, str)

    assert 'href="https://xn--caf-dma.fr/%C3%A9"' in html
    assert ">café.fr/é</span>" in html
