"""https://unicode.org/reports/tr18/ – the patterns that read a text, once for the server and the page.

Every pattern means the same in Python's `regex` and in JavaScript under the flag `u`. So: properties (`\\p{L}`) and
never `\\w`, `\\s` or `.`; no flag for case; no anchor; no atomic group. Both engines backtrack, so no two neighbouring
repetitions may share a character, and a match may only start where the previous character cannot be part of it: that
is what keeps a hostile text linear.
"""

import json
from importlib.resources import files

import idna

# The marks that turn a digit or a symbol into an emoji belong to no word: `🎉️#fête` and `1️⃣#fête` hold a hashtag.
_EMOJI_MARK = r"[\uFE00-\uFE0F\u20E3]"
_AFTER_EMOJI = f"(?<={_EMOJI_MARK})"
_WORD = r"\p{L}\p{M}\p{N}_"
_AT = r"[@\uFF20]"
_END = r"(?![\s\S])"

_LABEL = r"[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}_-]*[\p{L}\p{M}\p{N}])?"
# Chinese and Japanese put no space after an address, so a Latin ending stops at the first letter of another script.
_LATIN_ENDING = r"(?:[xX][nN]--[A-Za-z0-9-]{2,59}|[A-Za-z]{2,63})(?![\p{Script=Latin}\p{M}\p{N}_@\uFF20-])"
_OTHER_ENDING = r"\p{L}[\p{L}\p{M}]{1,62}(?![\p{L}\p{M}\p{N}_@\uFF20-])"
_ENDING = rf"(?:{_LATIN_ENDING}|{_OTHER_ENDING})(?!\.[\p{{L}}\p{{N}}])"
_HOST = rf"(?:{_LABEL}\.){{1,32}}{_ENDING}"

# What begins a link. Whether a host without scheme is one depends on the tables below.
_LINK = (
    r"(?:(?<![A-Za-z0-9_@\uFF20#\uFF03$])(?<scheme>[hH][tT][tT][pP][sS]?:\/\/)"
    rf"|(?<![{_WORD}@\uFF20#\uFF03$\/.-])|{_AFTER_EMOJI})(?<host>{_HOST})"
)

_MENTION = (
    rf"(?:(?<![{_WORD}@\uFF20\/=])|{_AFTER_EMOJI}|(?<=(?<![{_WORD}])[rR][tT])){_AT}"
    rf"(?:(?<remote>[A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*){_AT}(?<domain>{_HOST})"
    r"|(?<local>[A-Za-z0-9_]{1,30})(?![\p{Script=Latin}\p{M}0-9_@\uFF20]|:\/\/))"
)

# Middle dots and joiners hold a word together (Catalan, Japanese, Persian, Sinhala) but never end one.
_JOINER = r"[\u00B7\u30FB\u200C\u200D]"
_TAG_CHARACTER = rf"(?:[\p{{L}}\p{{Nd}}_]|(?!{_EMOJI_MARK})\p{{M}})"
HASHTAG = (
    rf"(?:(?<![{_WORD}&\/])|{_AFTER_EMOJI})[#\uFF03](?=[\p{{Nd}}_\u00B7\u30FB\u200C\u200D]*\p{{L}})"
    rf"(?<tag>{_TAG_CHARACTER}+(?:{_JOINER}+{_TAG_CHARACTER}+)*)(?!{_TAG_CHARACTER}|:\/\/)"
)

ENTITY = f"{_LINK}|{_MENTION}|{HASHTAG}"

# After the host: what stops an address, what may be inside but not last, and everything else.
_STOP = (
    r"\p{White_Space}\p{Cc}<>\u0022\u00AB\u00BB\u201C\u201D\u202A-\u202E\u2066-\u2069"
    r"\u3000-\u3003\u3008-\u3011\u3014-\u301B\uFF01\uFF08\uFF09\uFF0C\uFF0E\uFF1A\uFF1B\uFF1F"
)
_NOT_LAST = r".,:;!?'*~|\[\]@&$%\u2018\u2019\u2026"
_PLAIN = rf"[^{_STOP}{_NOT_LAST}\(\)]"
_ENCLOSED = rf"[^{_STOP}\(\)]"
_BALANCED = rf"\((?:{_ENCLOSED}|\({_ENCLOSED}*\))*\)"
_PART = rf"(?:{_PLAIN}|{_BALANCED}|[{_NOT_LAST}]+(?={_PLAIN}|{_BALANCED}))"

TAIL = rf"(?::[0-9]{{1,5}}(?![0-9]))?(?:\/{_PART}*|[?#]{_PART}+)?"

# Between the handles that open a reply and its words. A smiley is a word: `:` and `>` alone need a space after them.
REPLY_GAP = (
    rf"(?::(?=[\p{{White_Space}}\p{{L}}\p{{N}}@\uFF20]|{_END}))?"
    rf"(?:[\p{{White_Space}},\u00BB]|>{{2,}}|[:>](?=\p{{White_Space}}|{_END}))*"
)
SPACES = r"\p{White_Space}*"
RETWEET = rf"\p{{White_Space}}*[rR][tT]:?\p{{White_Space}}*(?={_AT})"


def _top_level_domains() -> frozenset[str]:
    """The last labels of the public suffix list, in both spellings, and those RFC 2606 keeps for examples."""
    rules = files("publicsuffixlist").joinpath("public_suffix_list.dat").read_text("utf-8")
    official = rules.partition("// ===END ICANN DOMAINS===")[0].splitlines()
    endings = {rule.split()[0].rpartition(".")[2] for rule in official if rule and not rule.startswith("//")}
    return frozenset(endings | {idna.encode(one).decode() for one in endings if not one.isascii()} | {"example", "test"})


TLDS = _top_level_domains()

# Real endings that are more often a word after a forgotten space, or a kind of file: alone they need a path or `www.`.
_WORDS = "am as at au bar by cab do et game here how il in is la ma me moi mu my ne ni no now plus pm sa se si so test tt"
_FILES = "md mov pl ps py rs sh zip"
ALSO_WORDS = frozenset(f"{_WORDS} {_FILES}".split())

_PATTERNS = {"ENTITY": ENTITY, "TAIL": TAIL, "REPLY_GAP": REPLY_GAP, "SPACES": SPACES}
_FLAGS = {"ENTITY": "gu"}


def javascript() -> str:
    """The same grammar as an ES module, so that the page counts as the server does."""
    lines = [f'export const {name} = new RegExp({json.dumps(pattern)}, "{_FLAGS.get(name, "uy")}");' for name, pattern in _PATTERNS.items()]
    words = {"TLDS": TLDS, "ALSO_WORDS": ALSO_WORDS}
    lines += [f'export const {name} = new Set("{" ".join(sorted(them))}".split(" "));' for name, them in words.items()]
    return "\n".join(lines) + "\n"
