from gettext import NullTranslations

import msgspec
import pytest

from gazouillis.web.rendering import addressee, as_tree, avatar_url, folded, top_scopes
from gazouillis.web.templating import Templates
from tests.support.preview.emails import EMAILS
from tests.support.preview.layouts import COMPOSER, MEMBER
from tests.support.preview.pages import pages
from tests.support.preview.reading import TOO_LONG
from tests.support.sample import ARRIVAL, BATHS, COFFEE, EMMA, LAURENT, MARIE, NOW, PEOPLE, YES, reply, status


def test_replies_are_below_their_parent_oldest_first():
    assert list(as_tree([BATHS, YES, COFFEE], ARRIVAL.id)) == [(0, COFFEE), (1, YES), (0, BATHS)]


def test_a_reply_whose_parent_is_missing_is_still_shown():
    assert list(as_tree([YES], ARRIVAL.id)) == [(0, YES)]


def test_a_very_long_conversation_is_drawn_flat():
    chain = [reply(MARIE, ARRIVAL, 100, "0")]
    for number in range(1, 3000):
        chain.append(reply(MARIE, chain[-1], 100 - number / 60, str(number)))
    tree = list(as_tree(chain, ARRIVAL.id))
    assert [view for _, view in tree] == chain
    assert {depth for depth, _ in tree} == {0, 1, 2, 3, 4, 5}


def test_a_reply_names_whom_it_answers():
    assert addressee(YES).acct == "nicolas760"
    assert addressee(reply(LAURENT, ARRIVAL, 1, "et aussi")) == LAURENT
    assert addressee(reply(MARIE, YES, 1, "sans nommer personne")) is None


@pytest.mark.parametrize(
    ("avatar", "url"), [("", "/avatars/emma.svg"), ("ab/cd.webp", "/media/ab/cd.webp"), ("https://there.test/me.png", "/avatars/emma.svg")]
)
def test_everyone_has_a_picture_from_here(avatar, url):
    assert avatar_url(msgspec.structs.replace(EMMA, avatar=avatar)) == url


def test_many_retweeters_are_folded():
    assert folded(PEOPLE[:5]) == (PEOPLE[:2], 3)
    assert folded(PEOPLE[:1]) == (PEOPLE[:1], 0)


def test_a_part_of_a_scope_counts_as_the_scope():
    assert top_scopes(["read", "write:statuses"]) == {"read", "write"}


def test_names_cannot_write_html():
    rude = msgspec.structs.replace(EMMA, display_name="<b>Emma</b>", username='x"onload="x')
    page = Templates(clock=lambda: NOW).render("_status.html", MEMBER, view=status(rude, 5, "hello"))
    assert "<b>Emma" not in page
    assert 'onload="' not in page


def test_what_was_typed_is_kept_on_error():
    page = pages("en")["home_error"]
    assert TOO_LONG.text.strip() in page
    assert "−52" in page


@pytest.mark.parametrize(("template", "context"), EMAILS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_email_has_a_subject_and_a_link(template, context, language):
    subject, text = Templates().render_email(template, language, **context)
    assert "Nancy gazouille" in subject
    assert context["url"] in text


def test_a_sentence_without_variables_is_translated_once():
    messages = []

    class RecordingTranslations(NullTranslations):
        def gettext(self, message):
            messages.append(message)
            return message

    templates = Templates(clock=lambda: NOW, words=lambda _language: RecordingTranslations())
    twice = [templates.render("compose.html", MEMBER, composer=COMPOSER) for _ in range(2)]
    assert twice[0] == twice[1]
    assert messages.count("next post, previous post") == 1
    assert messages.count("About %(name)s") == 2
