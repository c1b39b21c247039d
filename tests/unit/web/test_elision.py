import pytest

from gazouillis.infra.basics.messages import Message
from gazouillis.web import i18n
from gazouillis.web.elision import elide


@pytest.mark.parametrize(
    ("sentence", "name", "expected"),
    [
        ("Bienvenue à %(name)s", "Lyon", "Bienvenue à Lyon"),
        ("Bienvenue à %(name)s", "Le Havre", "Bienvenue au Havre"),
        ("Bienvenue à %(name)s", "Les Lilas", "Bienvenue aux Lilas"),
        ("Bienvenue à %(name)s", "La Rochelle", "Bienvenue à La Rochelle"),
        ("Bienvenue à %(name)s", "Lesparre", "Bienvenue à Lesparre"),
        ("À propos de %(name)s", "Amicale du quai", "À propos d’Amicale du quai"),
        ("À propos de %(name)s", "Le Village", "À propos du Village"),
        ("Abonnés de %(name)s", "Élodie", "Abonnés d’Élodie"),
        ("Abonnés de %(name)s", "Œuvre", "Abonnés d’Œuvre"),
        ("Abonnés de %(name)s", "Hélène", "Abonnés d’Hélène"),
        ("Abonnés de %(name)s", "Hassan", "Abonnés de Hassan"),
        ("Abonnés de %(name)s", "Yves", "Abonnés d’Yves"),
        ("Abonnés de %(name)s", "Yann", "Abonnés de Yann"),
        ("Abonnés de %(name)s", "42", "Abonnés de 42"),
        ("Abonnés de %(name)s", "🐦 Anne", "Abonnés de 🐦 Anne"),
        ("Abonnés de %(name)s", "", "Abonnés de "),
        ("Ce que %(name)s montrera", "Anne", "Ce qu’Anne montrera"),
        ("%(name)s écoute", "Anne", "Anne écoute"),
    ],
)
def test_what_precedes_a_name_depends_on_its_first_letters(sentence, name, expected):
    text, values = elide(sentence, {"name": name})

    assert text % values == expected


def test_a_number_after_de_stays_as_it_is():
    text, values = elide("Trop long de {count} caractères", {"count": 8})

    assert text.format(**values) == "Trop long de 8 caractères"


def test_each_name_of_a_sentence_is_fitted():
    text, values = elide("de {one} et de {other}", {"one": "Anne", "other": "Marc"})

    assert text.format(**values) == "d’Anne et de Marc"


def test_other_languages_are_left_alone():
    assert i18n.translate(Message("de {name}", values={"name": "Anne"}), "en") == "de Anne"
    assert i18n.translate(Message("de {name}", values={"name": "Anne"}), "fr") == "d’Anne"
