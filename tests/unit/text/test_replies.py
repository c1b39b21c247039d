import pytest

from gazouillis.text.entities import reply_address


@pytest.mark.parametrize(
    ("text", "handles", "body"),
    [
        ("@alice oui", ["alice"], "oui"),
        ("@alice: oui", ["alice"], "oui"),
        ("@alice : oui", ["alice"], "oui"),
        ("@alice, oui", ["alice"], "oui"),
        ("@Sweb >> oui média temps réel", ["sweb"], "oui média temps réel"),
        ("@Sweb >>oui", ["sweb"], "oui"),
        ("@Sweb > oui", ["sweb"], "oui"),
        ("@Sweb » oui", ["sweb"], "oui"),
        ("@alice @bob oui", ["alice", "bob"], "oui"),
        ("@alice, @bob: oui", ["alice", "bob"], "oui"),
        ("@alice,@bob:oui", ["alice", "bob"], "oui"),
        ("@alice @dave@there.test oui", ["alice", "dave@there.test"], "oui"),
        ("  @alice\n\noui", ["alice"], "oui"),
        ("＠alice\u3000oui", ["alice"], "oui"),
        ("@alice et @bob oui", ["alice"], "et @bob oui"),
        ("@alice oui @bob", ["alice"], "oui @bob"),
        ("@alice", ["alice"], ""),
        ("@alice ", ["alice"], ""),
        ("@alice:", ["alice"], ""),
        ("@alice :)", ["alice"], ":)"),
        ("@alice :P", ["alice"], ":P"),
        ("@alice >:(", ["alice"], ">:("),
        ("@alice :( non", ["alice"], ":( non"),
        ("@alice!", ["alice"], "!"),
        ("@alice #fête", ["alice"], "#fête"),
        (".@alice oui", [], ".@alice oui"),
        ("oui @alice", [], "oui @alice"),
        (" oui", [], " oui"),
        ("", [], ""),
        ("RT @alice oui", [], "RT @alice oui"),
    ],
)
def test_whom_a_reply_is_addressed_to(text, handles, body):
    mentions, offset = reply_address(text)

    assert ([one.handle for one in mentions], text[offset:]) == (handles, body)
