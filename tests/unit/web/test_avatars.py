from xml.etree import ElementTree

import pytest

from gazouillis.web.avatars import default_avatar, default_header


def test_the_same_handle_has_the_same_bird_whatever_its_case():
    assert default_avatar("LaPriss_") == default_avatar("lapriss_")


def test_birds_differ():
    assert len({default_avatar(f"person{number}") for number in range(1000)}) > 900


@pytest.mark.parametrize("draw", [default_avatar, default_header])
@pytest.mark.parametrize("handle", ["alice", "dave@there.test", "<script>", "", "é" * 500])
def test_any_handle_gives_a_picture_that_holds_nothing_of_it(draw, handle):
    picture = draw(handle)
    assert ElementTree.fromstring(picture).tag.endswith("svg")
    assert "{" not in picture
    assert "script" not in picture
