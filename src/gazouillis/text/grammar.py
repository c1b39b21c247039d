"""https://unicode.org/reports/tr18/ – the regular expressions for entities of a text, shared by the server and the page's script.

Every pattern means the same in Python's `regex` and in JavaScript under the flag `u`. So: properties (`\\p{L}`) and
never `\\w`, `\\s` or `.`; no flag for case; no anchor; no atomic group. Both engines backtrack, so no two neighbouring
repetitions may share a character, and a match may only start where the previous character cannot be part of it: that
is what keeps the time linear for hostile texts.
"""

import json
from importlib.resources import files

import idna
import regex

# The marks that turn a digit or a symbol into an emoji are not part of a word: `🎉️#fête` and `1️⃣#fête` hold a hashtag.
_EMOJI_MARK = r"[\uFE00-\uFE0F\u20E3]"
_AFTER_EMOJI = f"(?<={_EMOJI_MARK})"
_WORD = r"\p{L}\p{M}\p{N}_"
_AT = r"[@\uFF20]"
_END = r"(?![\s\S])"

# Scripts without spaces between words: where one of their characters and a Latin letter meet, a word ends.
UNSPACED = (
    r"\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u30FC\uFF70"
    r"\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}"
)


def _top_level_domains() -> frozenset[str]:
    """The last labels of the public suffix list, in both spellings, and those RFC 2606 keeps for examples."""
    rules = files("publicsuffixlist").joinpath("public_suffix_list.dat").read_text("utf-8")
    official = rules.partition("// ===END ICANN DOMAINS===")[0].splitlines()
    endings = {rule.split()[0].rpartition(".")[2] for rule in official if rule and not rule.startswith("//")}
    return frozenset(endings | {idna.encode(one).decode() for one in endings if not one.isascii()} | {"example", "test"})


TLDS = _top_level_domains()

# Labels of a host typed alone are of one script. After a scheme they may mix scripts and hold symbols, `http://✪df.ws`.
_LATIN = r"\p{Script=Latin}\p{M}\p{N}"
_LATIN_LABEL = rf"[\p{{Script=Latin}}\p{{N}}](?:[{_LATIN}_-]{{0,61}}[{_LATIN}])?"
_OTHER = r"(?!\p{Script=Latin})[\p{L}\p{M}\p{N}"
_OTHER_LABEL = rf"(?!\p{{M}}){_OTHER}](?:(?:{_OTHER}_-]){{0,61}}{_OTHER}])?"
_PUNYCODE = r"[xX][nN]--[A-Za-z0-9-]{0,58}[A-Za-z0-9]"
_ANY = r"\p{L}\p{M}\p{N}\p{So}"
_ANY_LABEL = rf"(?:{_PUNYCODE}(?=\.)|(?![xX][nN]--|\p{{M}})[{_ANY}](?:[{_ANY}_-]{{0,61}}[{_ANY}])?)"
# In `http://there.comを見て.jp` the host is there.com.
_ENDED = rf"(?!(?:[A-Za-z]{{2}}|[cC][oO][mM]|[nN][eE][tT]|[oO][rR][gG])[{UNSPACED}])"

# Chinese and Japanese texts have no space after a URL: a Latin top-level domain ends at the first letter of another script, and
# top-level domains in these scripts are listed.
_LATIN_ENDING = rf"(?:{_PUNYCODE}|[A-Za-z]{{2,63}})(?![{_LATIN}_@\uFF20-])"
_UNSPACED_ENDING = "|".join(sorted((one for one in TLDS if regex.match(f"[{UNSPACED}]", one)), key=lambda one: (-len(one), one)))
_OTHER_ENDING = r"\p{L}[\p{L}\p{M}]{1,62}(?![\p{L}\p{M}\p{N}_@\uFF20-])"
# After it must come neither more of a host nor the rest of an e-mail address; the label before must have no `_`.
_MAIL = r"[!$%&'*+=^\x60{|}~.\p{L}\p{M}\p{N}_-]{0,64}[@\uFF20][\p{L}\p{N}-]{1,63}\.[\p{L}\p{N}]"
_ENDING = rf"(?<!_[^._]{{0,63}}\.)(?:{_LATIN_ENDING}|{_UNSPACED_ENDING}|{_OTHER_ENDING})(?!\.[\p{{L}}\p{{N}}]|{_MAIL})"
_HOST = rf"(?:(?:{_LATIN_LABEL}|{_OTHER_LABEL})\.){{1,32}}{_ENDING}"
_HOST_AFTER_SCHEME = rf"(?<=:\/\/){_ANY_LABEL}\.(?:{_ENDED}{_ANY_LABEL}\.){{0,31}}{_ENDING}"

# The beginning of a link. Whether a host without scheme is a link depends on the tables below.
_LINK = (
    r"(?:(?<![A-Za-z0-9_@\uFF20#\uFF03$])(?<scheme>[hH][tT][tT][pP][sS]?:\/\/)"
    rf"|(?<![{_WORD}@\uFF20#\uFF03$\/.-])|{_AFTER_EMOJI}|(?<=[{UNSPACED}])(?=[\p{{Script=Latin}}0-9]))"
    rf"(?<host>{_HOST_AFTER_SCHEME}|(?<!\/){_HOST})"
)

# A server without a name is reached by its address: `@alice@localhost:8000`.
_NAMELESS = rf"(?:[lL][oO][cC][aA][lL][hH][oO][sS][tT]|[0-9]{{1,3}}(?:\.[0-9]{{1,3}}){{3}})(?::[0-9]{{1,5}})?(?![{_WORD}])"
_MENTION = (
    rf"(?:(?<![{_WORD}@\uFF20\/=])|{_AFTER_EMOJI}|(?<=(?<![{_WORD}])[rR][tT]))"
    rf"(?!(?<=[\p{{L}}\p{{N}}_][+%~&]{{1,8}})@[A-Za-z0-9-]{{1,63}}\.[A-Za-z]){_AT}"
    rf"(?:(?<remote>[A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*){_AT}(?<domain>{_HOST}|{_NAMELESS})"
    r"|(?<local>[A-Za-z0-9_]{1,30})(?![\p{Script=Latin}\p{M}0-9_@\uFF20]|:\/\/))"
)

# Characters inside a word but never at its end: the middle dots of Catalan and Japanese, joiners, waves, the Hebrew hyphen.
_JOINER = r"[\u00B7\u05BE\u200C\u200D\u301C\u30A0\u30FB\uFF5E]"
# Signs that are part of a word at any position: geresh and gershayim, Tibetan dots between syllables, Japanese marks.
_TAG_SIGN = r"\u05F3\u05F4\u0F0B\u0F0C\u3003\u309B\u309C\uA67E"
_TAG_CHARACTER = rf"(?:[\p{{L}}\p{{Nd}}_{_TAG_SIGN}]|(?!{_EMOJI_MARK})\p{{M}})"
HASHTAG = (
    rf"(?:(?<![{_WORD}&\/])|{_AFTER_EMOJI})[#\uFF03](?=(?:[\p{{Nd}}_]|{_JOINER})*\p{{L}})"
    rf"(?<tag>{_TAG_CHARACTER}+(?:{_JOINER}+{_TAG_CHARACTER}+)*)(?!{_TAG_CHARACTER}|:\/\/)"
)

ENTITY = f"{_LINK}|{_MENTION}|{HASHTAG}"

# After the host: characters that end a URL, and characters that may be inside it but not at its end.
_STOP = (
    r"\p{White_Space}\p{Cc}<>\u0022\u00AB\u00BB\u201C\u201D\u202A-\u202E\u2066-\u2069"
    r"\u3000-\u3003\u3008-\u3011\u3014-\u301B\uFF01\uFF08\uFF09\uFF0C\uFF0E\uFF1A\uFF1B\uFF1F"
)
_NOT_LAST = r".,:;!?'*~|\[\]@&$%\u2018\u2019\u2026"


def _tail(stop: str) -> str:
    plain, enclosed = rf"[^{stop}{_NOT_LAST}\(\)]", rf"[^{stop}\(\)]"
    balanced = rf"\((?:{enclosed}|\({enclosed}*\))*\)"
    part = rf"(?:{plain}|{balanced}|[{_NOT_LAST}]+(?={plain}|{balanced}))"
    return rf"(?::[0-9]{{1,5}}(?![0-9]))?(?:\/{part}*|[?#]{part}+)?"


TAIL = _tail(_STOP)
# For a Latin host typed without scheme. A URL copied from a browser has its scheme, and its path may be in any script.
TYPED_TAIL = _tail(_STOP + UNSPACED)

# Separators between the mentions that open a reply and its text. `:` and `>` need a space after them, since a smiley is text.
REPLY_GAP = (
    rf"(?::(?=[\p{{White_Space}}\p{{L}}\p{{N}}@\uFF20]|{_END}))?"
    rf"(?:[\p{{White_Space}},\u00BB]|>{{2,}}|[:>](?=\p{{White_Space}}|{_END}))*"
)
SPACES = r"\p{White_Space}*"
RETWEET = rf"\p{{White_Space}}*[rR][tT]:?\p{{White_Space}}*(?={_AT})"

# Top-level domains that are more often a word after a missing space, or a file extension: such a host needs a path or `www.`.
_WORDS = "am as at au bar by cab do et game here how il in is la ma me moi mu my ne ni no now plus pm sa se si so test tt"
_FILES = "md mov pl ps py rs sh zip"
ALSO_WORDS = frozenset(f"{_WORDS} {_FILES}".split())

_PATTERNS = {"ENTITY": ENTITY, "TAIL": TAIL, "TYPED_TAIL": TYPED_TAIL, "REPLY_GAP": REPLY_GAP, "SPACES": SPACES}
_FLAGS = {"ENTITY": "gu"}


def javascript() -> str:
    """The same grammar as a JavaScript module, so that the page counts characters as the server does.

    `counting.js` adds the second spelling of the top-level domains that have one (`xn--p1ai`): browsers know how to make it.
    """
    quoted = {name: json.dumps(pattern, ensure_ascii=False) for name, pattern in _PATTERNS.items()}
    lines = [f'export const {name} = new RegExp({pattern}, "{_FLAGS.get(name, "uy")}");' for name, pattern in quoted.items()]
    words = {"TLDS": {one for one in TLDS if not one.startswith("xn--")}, "ALSO_WORDS": ALSO_WORDS}
    lines += [f'export const {name} = new Set("{" ".join(sorted(them))}".split(" "));' for name, them in words.items()]
    return "\n".join(lines) + "\n"
