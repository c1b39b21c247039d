"""How much a browser loads of ours, and that both ways to a dark page look the same."""

import re

from gazouillis.web.static_files import FILES, FOLDER

OWN_SCRIPTS = [name for name in FILES if name.endswith(".js") and not name.startswith("vendor/")]
SOURCES = {name: (FOLDER / name).read_text(encoding="utf-8") for name in OWN_SCRIPTS if (FOLDER / name).exists()}
_COMMENT_LINE = re.compile(r"^\s*//.*\n", re.MULTILINE)
MOST_SCRIPT = 40_000
MOST_TYPEFACE = 30_000


def test_our_own_scripts_are_light():
    assert len(OWN_SCRIPTS) > 5
    assert sum(len(FILES[name].brotlied) for name in OWN_SCRIPTS) < MOST_SCRIPT


def test_our_own_scripts_are_served_without_their_comments_and_indentation():
    for name in OWN_SCRIPTS:
        assert not re.search(r"^\s*//|^[ \t]", FILES[name].content.decode(), re.MULTILINE), name


def test_no_text_of_our_scripts_has_several_lines():
    """Its indentation would be lost."""
    for name, source in SOURCES.items():
        texts = re.findall(r"`[^`]*`", _COMMENT_LINE.sub("", source))
        assert not [one for one in texts if "\n" in one], name


def test_no_comment_of_our_scripts_stands_behind_code():
    """The next line may become part of it."""
    for name, source in SOURCES.items():
        assert not re.search(r"[^\s:'\"`/].*\s//", _COMMENT_LINE.sub("", source)), name


def test_the_typeface_is_light_and_comes_with_its_licence():
    typefaces = [name for name in FILES if name.endswith(".woff2")]

    assert typefaces
    assert sum(len(FILES[name].content) for name in typefaces) < MOST_TYPEFACE
    assert b"SIL OPEN FONT LICENSE" in FILES["vendor/quicksand.LICENSE.txt"].content


def test_dark_by_choice_has_the_colours_of_dark_by_the_system():
    style = (FOLDER / "app.css").read_text(encoding="utf-8")
    by_system = re.search(r":root:not\(\[data-theme\]\) \{(.*?)\}", style, re.DOTALL)
    by_choice = re.search(r'\[data-theme="dark"\] \{\s*color-scheme: dark;(.*?)\}', style, re.DOTALL)

    assert by_system
    assert by_choice
    assert by_system[1].split() == by_choice[1].split()


def test_every_file_that_a_script_or_style_names_is_there_and_versioned():
    for name, file in FILES.items():
        if name.startswith("vendor/") or not name.endswith((".js", ".css")):
            continue
        text = file.content.decode()
        named = re.findall(r"""(?:from |import\()"\./([^"]+)"|url\("([^"]+)"\)""", text)
        for address in ("".join(one) for one in named):
            path, _, version = address.partition("?v=")
            assert path in FILES, f"{name}: {address}"
            assert version, f"{name}: {address}"
