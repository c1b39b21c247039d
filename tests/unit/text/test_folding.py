import pytest

from gazouillis.text.folding import fold, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ABC", "abc"),
        ("Été", "ete"),
        ("e\u0301", "e"),
        ("Œuvre", "oeuvre"),
        ("cæcum", "caecum"),
        ("Straße", "strasse"),
        ("STRAẞE", "strasse"),
        ("ﬁn", "fin"),
        ("Ｆｕｌｌ", "full"),
        ("Łódź", "lodz"),
        ("İstanbul", "istanbul"),
        ("ΑΆΣ", "αασ"),
        ("Ёлка", "елка"),
        ("が", "が"),
        ("हिन्दी", "हिन्दी"),
        ("🎉", "🎉"),
    ],
)
def test_case_accents_and_ligatures_are_folded(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C'est l'été !", ["c", "est", "l", "ete"]),
        ("Aujourd’hui, peut-être", ["aujourd", "hui", "peut", "etre"]),
        ("#Fête @dave_x 19h", ["fete", "dave_x", "19h"]),
        ("  ", []),
        ("日本語 テスト", ["日本語", "テスト"]),
    ],
)
def test_a_text_is_split_into_words(text, expected):
    assert words(text) == expected
