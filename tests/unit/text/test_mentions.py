import pytest

from gazouillis.text.entities import Mention, entities, typed_retweet

HANDLES_OF_2009 = (
    "muad__dibb Loyjet schistrou LaPriss_ nicolas760 Sweb samchaparde mobilete Roromama Marievh"
    " _ __ _a a1 A_1_ 760nicolas MAJUSCULES x y_z_ abcdefghijklmnopqrstuvwxyz0123"
).split()


def mentioned(text):
    return [text[one.start : one.end] for one in entities(text) if isinstance(one, Mention)]


@pytest.mark.parametrize("handle", HANDLES_OF_2009)
@pytest.mark.parametrize(
    "sentence", ["@{}", "@{}, oui", "@{} et moi", "@{}: oui", "@{} >> oui", "(@{})", "« @{} »", "@{}.", "l'ami @{}!", ".@{} hé"]
)
def test_a_handle_ends_where_the_text_around_it_begins(handle, sentence):
    assert mentioned(sentence.format(handle)) == [f"@{handle}"]


def test_all_handles_of_a_french_sentence_are_found():
    text = "Bravo @muad__dibb, @Loyjet, @schistrou et @LaPriss_"

    assert mentioned(text) == ["@muad__dibb", "@Loyjet", "@schistrou", "@LaPriss_"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@alice@there.test", "@alice@there.test"),
        ("@alice@there.test.", "@alice@there.test"),
        ("@alice@there.test, oui", "@alice@there.test"),
        ("@alice@there.test: oui", "@alice@there.test"),
        ("(@alice@a.b.there.test)", "@alice@a.b.there.test"),
        ("@jean.dupont@blog.fr", "@jean.dupont@blog.fr"),
        ("@jean-paul@blog.fr", "@jean-paul@blog.fr"),
        ("@alice@café.fr", "@alice@café.fr"),
        ("@alice@xn--caf-dma.fr", "@alice@xn--caf-dma.fr"),
        ("@alice@例え.テスト", "@alice@例え.テスト"),
        ("@alice@there.testを見て", "@alice@there.test"),
        ("＠alice", "＠alice"),
        ("＠alice＠there.test", "＠alice＠there.test"),
        ("🎉@alice🎉", "@alice"),
        ("❤️@alice", "@alice"),
        ("👍🏽@alice", "@alice"),
        ("@alice你好", "@alice"),
        ("@alice-bob", "@alice"),
        ("@alice/amis", "@alice"),
        ("@alice's", "@alice"),
        ("@alice.fr", "@alice"),
        ("@alice\n", "@alice"),
        ("a\n@alice", "@alice"),
        ("RT@alice", "@alice"),
        ("RT:@alice", "@alice"),
        ("cc:@alice", "@alice"),
        ("*@alice*", "@alice"),
        ("a/b @alice", "@alice"),
    ],
)
def test_somebody_is_mentioned(text, expected):
    assert mentioned(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "@",
        "@ alice",
        "@@alice",
        "alice@there.test",
        "jean.dupont@there.test",
        "écrire à josé@there.test",
        "alice@bob",
        "@alice@",
        "@alice@bob",
        "@éric",
        "@aliceé",
        "@abcdefghijklmnopqrstuvwxyz01234",
        "https://there.test/@alice",
        "http://there.test/a@alice",
        "there.com/@alice/1",
        "/@alice",
        "?u=@alice",
        "@http://there.test",
        "début@alice",
        "ART@alice",
        "日本@alice",
    ],
)
def test_nobody_is_mentioned(text):
    assert mentioned(text) == []


def test_a_remote_mention_keeps_its_parts_as_written():
    (mention,) = entities("@Dave@There.Test")

    assert (mention.username, mention.domain, mention.handle) == ("Dave", "There.Test", "dave@there.test")


@pytest.mark.parametrize("text", ["RT @alice oui", "RT @alice: oui", "RT: @alice oui", "rt @alice", " RT @alice", "RT@alice oui"])
def test_a_typed_retweet_names_its_author(text):
    assert typed_retweet(text).username == "alice"


@pytest.mark.parametrize(
    "text", ["oui RT @alice non", "RT", "RT bonjour @alice", "ART @alice", "@alice RT @bob", "RT alice@there.test", ""]
)
def test_other_texts_are_no_typed_retweets(text):
    assert typed_retweet(text) is None


@pytest.mark.parametrize(
    "text", ["marie+liste@exemple.org", "marie+@exemple.org", "marie%@exemple.org", "f+&@exemple.org", "mailto:marie@exemple.org"]
)
def test_an_email_address_mentions_nobody(text):
    assert [one for one in entities(text) if isinstance(one, Mention)] == []


@pytest.mark.parametrize(
    ("text", "handle"),
    [
        ("Merci!@alice.", "alice"),
        ("(moi+@bob)", "bob"),
        ("@yan@localhost:8000!", "yan@localhost:8000"),
        ("@yan@LOCALHOST", "yan@localhost"),
        ("@yan@192.168.1.5:8000", "yan@192.168.1.5:8000"),
        ("@yan@Café.fr", "yan@café.fr"),
    ],
)
def test_a_mention_may_touch_a_sign_and_may_have_a_port_or_an_ip_address(text, handle):
    assert [one.handle for one in entities(text) if isinstance(one, Mention)] == [handle]
