import pytest

from gazouillis.accounts import options as site_options
from gazouillis.accounts import preferences, queries
from gazouillis.accounts.models import Preferences
from gazouillis.accounts.options import SiteOptions
from gazouillis.accounts.profile import ProfileChange, change_profile
from gazouillis.infra.basics.errors import Invalid

HERE = "http://here.test"


async def change_profile_of(runner, account, **change):
    return await runner.run(change_profile, account, ProfileChange(**change), base_url=HERE)


async def test_links_tags_and_mentions_in_a_bio_become_links(runner, alice):
    await runner.register("Bob")
    changed = await change_profile_of(runner, alice, note="Avec @bob à #Budapest, https://alice.example")

    assert changed.note == "Avec @bob à #Budapest, https://alice.example"
    for address in (f'{HERE}/@Bob"', f'{HERE}/tags/Budapest"', 'https://alice.example"'):
        assert f'href="{address}' in changed.note_html


async def test_a_bio_is_text_not_html(runner, alice):
    changed = await change_profile_of(runner, alice, note="<script>alert(1)</script>")

    assert "<script" not in changed.note_html


async def test_fields_that_are_not_given_do_not_change(runner, alice):
    await change_profile_of(runner, alice, display_name="Alice L.", is_locked=True)
    changed = await change_profile_of(runner, alice, location="Nancy")

    assert (changed.display_name, changed.is_locked, changed.location) == ("Alice L.", True, "Nancy")
    assert "ProfileChanged" in await runner.event_names()


async def test_a_link_in_a_profile_field_has_rel_me(runner, alice):
    changed = await change_profile_of(runner, alice, fields=[("Blog", "https://alice.example"), ("", "")])

    (field,) = changed.fields
    assert (field.name, field.value) == ("Blog", "https://alice.example")
    assert 'rel="nofollow noopener me"' in field.value_html


async def test_the_length_of_a_display_name_counts_grapheme_clusters(runner, alice):
    changed = await change_profile_of(runner, alice, display_name="👩‍👩‍👧 " * 20)

    assert changed.display_name.startswith("👩‍👩‍👧")


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("display_name", {"display_name": "x" * 61}),
        ("display_name", {"display_name": "e" + "\u0301" * 5000}),
        ("note", {"note": "x" * 501}),
        ("note", {"note": "https://alice.example/" + "x" * 5000}),
        ("fields", {"fields": [("a", "b")] * 5}),
        ("fields", {"fields": [("a", "b" * 256)]}),
        ("fields", {"fields": [("", "b")]}),
        ("location", {"location": "x" * 61}),
        ("language", {"language": "the queen's"}),
    ],
)
async def test_a_value_that_is_too_long_or_invalid_is_refused_naming_its_field(runner, alice, field, change):
    with pytest.raises(Invalid) as refusal:
        await change_profile_of(runner, alice, **change)

    assert refusal.value.field == field


async def test_preferences_are_stored(runner, alice):
    user = await runner.query(queries.user, alice.id)
    await runner.run(preferences.change_preferences, user, Preferences(default_visibility="private", default_language="fr"))

    assert (await runner.query(queries.user, alice.id)).preferences.default_visibility == "private"


async def test_the_default_visibility_cannot_be_direct(runner, alice):
    user = await runner.query(queries.user, alice.id)

    with pytest.raises(Invalid):
        await runner.run(preferences.change_preferences, user, Preferences(default_visibility="direct"))


@pytest.mark.parametrize(
    ("field", "change"),
    [("name", {"name": " "}), ("max_characters", {"max_characters": 139}), ("contact_email", {"contact_email": "me"})],
)
async def test_invalid_site_options_are_refused_naming_the_field(runner, field, change):
    with pytest.raises(Invalid) as refusal:
        await runner.run(site_options.change, SiteOptions(**change))

    assert refusal.value.field in {field, "email"}
