import pytest

from gazouillis.accounts import handles

HERE = "café.fr"


@pytest.mark.parametrize(
    "written",
    [
        *("yan", "Yan", "@yan", " @YAN ", "＠yan", "acct:yan", "\u2068@yan\u2069", "\u200byan"),
        *("yan@café.fr", "@yan@café.fr", "@Yan@CAFÉ.FR", "＠yan＠café.fr", "@yan@cafe\u0301.fr", "@yan@café.fr."),
        *("@yan@xn--caf-dma.fr", "yan@XN--CAF-DMA.FR", "acct:yan@café.fr", "@yan@Ｃａｆé.fr"),
    ],
)
@pytest.mark.parametrize("here", ["café.fr", "xn--caf-dma.fr", "CAFÉ.fr"])
def test_a_handle_with_this_servers_domain_in_any_spelling_is_the_local_handle(written, here):
    assert handles.key(written, here) == "yan"


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("@Dave@There.Test", "dave@there.test"),
        ("dave@bücher.example", "dave@xn--bcher-kva.example"),
        ("yan@cafe.fr", "yan@cafe.fr"),
        ("yan@there.café.fr", "yan@there.xn--caf-dma.fr"),
        ("yan@café.fr:8000", "yan@xn--caf-dma.fr:8000"),
        ("yan@café.fr@there.test", "yan@café.fr@there.test"),
        ("yan@", "yan"),
        ("", ""),
        ("jean paul", "jean paul"),
    ],
)
def test_other_domains_are_kept_in_the_key(written, key):
    assert handles.key(written, HERE) == key


def test_the_port_is_part_of_the_servers_name():
    assert handles.key("@yan@LOCALHOST:8000", "localhost:8000") == "yan"
    assert handles.key("@yan@localhost", "localhost:8000") == "yan@localhost"


def test_a_very_long_text_is_cut():
    assert len(handles.key("a@" * 500_000, HERE)) <= handles.LONGEST


@pytest.mark.parametrize(
    ("written", "is_full"), [("@yan@café.fr", True), ("yan@localhost:8000", True), ("@yan", False), ("a b@c", False), ("@@", False)]
)
def test_only_a_full_handle_names_a_domain(written, is_full):
    assert handles.names_a_domain(written) is is_full
