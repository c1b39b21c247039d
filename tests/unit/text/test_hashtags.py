import pytest

from gazouillis.text.entities import Hashtag, entities, hashtag_key


def tags(text):
    return [one.name for one in entities(text) if isinstance(one, Hashtag)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#Damned à faire pâlir", ["Damned"]),
        ("#FF", ["FF"]),
        ("#FF: @alice", ["FF"]),
        ("#été, #Noël!", ["été", "Noël"]),
        ("#e\u0301te\u0301", ["e\u0301te\u0301"]),
        ("#C'est", ["C"]),
        ("#aujourd’hui", ["aujourd"]),
        ("#d'accord", ["d"]),
        ("(#fête)", ["fête"]),
        ("#fête.", ["fête"]),
        ("#fête-nat", ["fête"]),
        ("🎉#fête🎉", ["fête"]),
        ("❤️#fête❤️", ["fête"]),
        ("1️⃣#fête", ["fête"]),
        ("👩‍🚀#espace", ["espace"]),
        ("🇫🇷#France", ["France"]),
        ("#a#b", ["a"]),
        ("#a #b", ["a", "b"]),
        ("##titre", ["titre"]),
        ("#1er", ["1er"]),
        ("#2009bis", ["2009bis"]),
        ("#web2", ["web2"]),
        ("#_a", ["_a"]),
        ("#a_", ["a_"]),
        ("#a_b", ["a_b"]),
        ("＃fête", ["fête"]),
        ("#日本語", ["日本語"]),
        ("#日本語、次", ["日本語"]),
        ("#Привет", ["Привет"]),
        ("#한국어", ["한국어"]),
        ("#مرحبا", ["مرحبا"]),
        ("#हिन्दी", ["हिन्दी"]),
        ("#ไทยแลนด์", ["ไทยแลนด์"]),
        ("#ශ්‍රීලංකා", ["ශ්‍රීලංකා"]),
        ("#می‌خواهم", ["می‌خواهم"]),
        ("#Col·lecció", ["Col·lecció"]),
        ("#a·", ["a"]),
        ("#スター・ウォーズ", ["スター・ウォーズ"]),
        ("#מ״כ #וכו׳!", ["מ״כ", "וכו׳"]),
        ("#עַל־יְדֵי", ["עַל־יְדֵי"]),
        ("#בית־", ["בית"]),
        ("#བོད་སྐད་ #བོད་སྐད", ["བོད་སྐད་", "བོད་སྐད"]),
        ("#メ～テレ～", ["メ～テレ"]),
        ("#各〃", ["各〃"]),
        ("#a@b", ["a"]),
        ("#a/b", ["a"]),
        ("\n#a\n", ["a"]),
    ],
)
def test_a_hashtag_is_found(text, expected):
    assert tags(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "#",
        "# a",
        "#2009",
        "#1",
        "#_",
        "#_1_",
        "#️⃣",
        "#🎉",
        "#!",
        "a#b",
        "é#b",
        "日#b",
        "1#b",
        "_#b",
        "&#39;",
        "&#x27;",
        "/#frag",
        "http://there.test/#frag",
        "http://there.test/a#frag",
        "http://there.test#frag",
        "there.fr/page#frag",
        "#http://there.test",
        "#·a",
        "#־א",
        "#״",
    ],
)
def test_no_hashtag_is_found(text):
    assert tags(text) == []


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Fête", "fete"),
        ("FÊTE", "fete"),
        ("fe\u0302te", "fete"),
        ("ｆｅｔｅ", "fete"),
        ("Œuvre", "œuvre"),
        ("Straße", "straße"),
        ("ﬁn", "fin"),
        ("İstanbul", "istanbul"),
        ("Łódź", "lodz"),
        ("ế", "ế"),
        ("が", "が"),
        ("ПРИВЕТ", "привет"),
        ("a_1", "a_1"),
        ("བོད་སྐད་", "བོད་སྐད"),
        ("か゛", "が"),
    ],
)
def test_spellings_of_one_hashtag_have_one_key(written, key):
    assert hashtag_key(written) == key
