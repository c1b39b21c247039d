"""Renders Jinja templates to HTML and e-mails, in the language of the page. The comment at the top of a template lists its variables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from gettext import NullTranslations
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, pass_context, pass_eval_context, select_autoescape
from jinja2.nodes import EvalContext
from markupsafe import Markup

from gazouillis.encounters.recommendations import queries as recommendations
from gazouillis.encounters.shelf import words as shelf
from gazouillis.encounters.shelf.models import Item
from gazouillis.graph import boundaries
from gazouillis.infra.basics.clock import Clock, system_clock
from gazouillis.infra.basics.messages import Message
from gazouillis.infra.cache.dependencies import current_dependencies
from gazouillis.infra.cache.regions import ProcessCache
from gazouillis.notifications.models import OF_MEETINGS
from gazouillis.statuses import rules
from gazouillis.web import attachments, filtered, i18n, page_cache, place_names, placing, questions, rendering, roads, waves
from gazouillis.web.compiling import LocalizedEnvironment
from gazouillis.web.fragments import Fragments
from gazouillis.web.page_cache import Timeline
from gazouillis.web.rendering import TEMPLATES, Page
from gazouillis.web.static_files import static_url


class Templates:
    """One Jinja environment per language."""

    def __init__(self, clock: Clock = system_clock, words: Callable[[str], NullTranslations] = i18n.words) -> None:
        self._clock = clock
        self._environments = {language: _environment(language, clock, words(language)) for language in i18n.LANGUAGES}

    def render(self, template: str, page: Page, *, cache: ProcessCache | None = None, **context: Any) -> str:
        """`cache`: where fragments are cached; None renders all of them anew."""
        fragments = Fragments(partial(self._render, page.language), page, self._clock(), cache)
        return self._render(page.language, template, page=page, fragments=fragments, **context)

    def timeline(self, template: str, page: Page, timeline: Timeline, *, cache: ProcessCache | None = None, **context: Any) -> str | bytes:
        """A timeline from the page cache. Outside of its entries, the template must show no age of anything ("5 min ago")."""
        if cache is None:
            return self.render(template, page, **timeline.variables, **context)
        render = partial(self._render, page.language)
        return page_cache.page(cache, render, Fragments(render, page, self._clock(), cache), template, page, timeline, **context)

    def _render(self, language: str, template: str, **context: Any) -> str:
        return self._environments[language].get_template(template).render(context)

    def render_email(self, template: str, language: str, **context: Any) -> tuple[str, str]:
        """Subject and text of an e-mail (`mail/*.txt`): the first line, then the rest."""
        email = self._environments[language].get_template(template).render(context)
        subject, _, text = email.partition("\n")
        return subject.strip(), text.strip() + "\n"


def _ago(moment: datetime, now: datetime, language: str) -> str:
    """The cached response expires when the wording of the age changes."""
    if dependencies := current_dependencies():
        dependencies.expire_at(i18n.ago_until(moment, now))
    return i18n.ago(moment, now, language)


def _gettext(words: NullTranslations, language: str) -> Callable[..., str]:
    """As Jinja's own, but a French sentence is adapted to the values in it (`i18n.elide`)."""

    @pass_eval_context
    def gettext(context: EvalContext, sentence: str, **values: Any) -> str:
        return _formatted(context, words.gettext(sentence), values, language)

    return gettext


def _ngettext(words: NullTranslations, language: str) -> Callable[..., str]:
    @pass_eval_context
    def ngettext(context: EvalContext, one: str, many: str, num: int, **values: Any) -> str:
        return _formatted(context, words.ngettext(one, many, num), {"num": num, **values}, language)

    return ngettext


def _formatted(context: EvalContext, sentence: str, values: dict[str, Any], language: str) -> str:
    sentence, inserted = i18n.elide(sentence, values, language)
    return Markup(sentence) % inserted if context.autoescape else sentence % inserted


def _shelf_reason(one: Item, words: NullTranslations, language: str) -> str:
    sentence = shelf.sentence(one.kind, one.reasons[0], language)
    return sentence.translated_by(words.gettext, words.ngettext, partial(i18n.elide, language=language))


def _environment(language: str, clock: Clock, words: NullTranslations) -> LocalizedEnvironment:
    environment = LocalizedEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        auto_reload=False,
        autoescape=select_autoescape(["html"], default_for_string=True),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]  # added by the extension
    environment.globals.update(gettext=_gettext(words, language), ngettext=_ngettext(words, language))
    environment.gettext, environment.constant_functions = words.gettext, {"icon": rendering.icon, "static": static_url}
    environment.filters.update(
        ago=pass_context(lambda context, moment: context.get("age") or _ago(moment, clock(), language)),
        day=partial(i18n.day, language=language),
        full_date=partial(i18n.full_date, language=language),
        month=partial(i18n.month, language=language),
        hour_in=partial(i18n.hour, language=language),
        wave_time=partial(waves.time_of, language=language),
        short_month=partial(i18n.short_month, language=language),
        number=partial(i18n.number, language=language),
        percent=partial(i18n.percent, language=language),
        place_name=partial(place_names.place_name, language=language),
        full_place_name=partial(place_names.full_place_name, language=language),
        language_name=partial(place_names.language_name, language=language),
        avatar_url=rendering.avatar_url,
        header_url=rendering.header_url,
        profile_url=rendering.profile_url,
        status_url=rendering.status_url,
        permalink=rendering.permalink,
        from_status=roads.from_status,
        as_filtered=lambda view, path: filtered.shown(view, filtered.context_of(path)),
        addressee=rendering.addressee,
        shelf_reason=partial(_shelf_reason, words=words, language=language),
        is_recommendation=recommendations.is_recommendation,
        is_embeddable=lambda view: rules.may_be_embedded(view.status, view.account),
        excerpt=rendering.excerpt,
        as_tree=rendering.as_tree,
        folded=rendering.folded,
        top_scopes=rendering.top_scopes,
        place=placing.named,
        place_label=partial(placing.label, language=language),
        media_file=attachments.file,
        media_url=attachments.url,
        media_srcset=attachments.srcset,
        media_colour=attachments.colour,
        media_focus=attachments.focus,
    )

    def translate(message: Message) -> str:
        return message.translated_by(words.gettext, words.ngettext)

    environment.globals.update(environment.constant_functions, languages=i18n.LANGUAGES, of_meetings=OF_MEETINGS)
    environment.globals.update(
        town=boundaries.town,
        period=partial(place_names.period, language=language),
        hours=partial(place_names.hours, language=language),
        spoken_languages=place_names.spoken(language),
        question=partial(questions.attributes, translate),
        translated_question=partial(questions.translated_question, translate),
    )
    return environment
