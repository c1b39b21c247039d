import pytest

from gazouillis.infra import settings
from gazouillis.infra.basics.errors import Invalid


def read(domain):
    return settings.read({}, {"GAZOUILLIS_DOMAIN": domain})[0]


@pytest.mark.parametrize(
    "domain", ["nancy.example", "xn--caf-dma.fr", "here.test:8443", "localhost", "192.0.2.7", "a" * 63 + ".example", ""]
)
def test_a_canonical_domain_is_accepted(domain):
    assert read(domain).domain == domain


@pytest.mark.parametrize(
    ("domain", "canonical"),
    [
        ("https://nancy.example", "nancy.example"),
        ("HTTP://nancy.example/", "nancy.example"),
        ("nancy.example/gazouillis?x#y", "nancy.example"),
        ("nancy.example.", "nancy.example"),
        ("Nancy.Example", "nancy.example"),
        (" nancy.example\n", "nancy.example"),
        ("café.fr", "xn--caf-dma.fr"),
        ("CAFÉ.fr", "xn--caf-dma.fr"),
        ("straße.example", "xn--strae-oqa.example"),
        ("nancy.example:443", "nancy.example"),
        ("nancy.example:", "nancy.example"),
    ],
)
def test_another_spelling_of_a_domain_is_refused_with_the_canonical_one(domain, canonical):
    with pytest.raises(Invalid, match=f"written {canonical}:") as refusal:
        read(domain)

    assert refusal.value.field == "domain"


@pytest.mark.parametrize(
    "domain",
    [
        ".",
        "/",
        "https://",
        "a..b",
        ".nancy.example",
        "nan cy.example",
        "nancy_1.example",
        "-nancy.example",
        "nancy-.example",
        "me@nancy.example",
        "nancy.example:0",
        "nancy.example:080",
        "nancy.example:65536",
        "nancy.example:x",
        "nancy.example:1:2",
        "[::1]",
        "*.example",
        "a" * 64 + ".example",
        ".".join(["a" * 60] * 5),
        "\u200b",
        "né\0.example",
    ],
)
def test_an_invalid_domain_is_refused(domain):
    with pytest.raises(Invalid, match="not the name of a server"):
        read(domain)
