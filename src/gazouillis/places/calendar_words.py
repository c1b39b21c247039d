"""Words of the calendar in French and English, without accents, and the pieces of regular expressions made from them."""

MONTHS = {
    "fr": "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre".split(),
    "en": "january february march april may june july august september october november december".split(),
}
SHORT_MONTHS = {
    "fr": {"janv": 1, "fev": 2, "fevr": 2, "avr": 4, "juil": 7, "sept": 9, "oct": 10, "nov": 11, "dec": 12},
    "en": {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12},
}
WEEKDAYS = {
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche".split(),
    "en": "monday tuesday wednesday thursday friday saturday sunday".split(),
}
NUMBERS = {
    "fr": {
        **{word: number for number, word in enumerate("un deux trois quatre cinq six sept huit neuf dix onze douze".split(), 1)},
        **{"une": 1, "quinze": 15, "vingt": 20, "trente": 30},
    },
    "en": {
        **{word: number for number, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)},
        **{"a": 1, "an": 1, "fifteen": 15, "twenty": 20, "thirty": 30},
    },
}
UNITS = {
    "fr": {"jour": 1, "jours": 1, "nuit": 1, "nuits": 1, "semaine": 7, "semaines": 7, "mois": 30},
    "en": {"day": 1, "days": 1, "night": 1, "nights": 1, "week": 7, "weeks": 7, "month": 30, "months": 30},
}


def month_number(word: str, language: str) -> int:
    """1 for January, from its name or a short form of it."""
    word = word.rstrip(".")
    return MONTHS[language].index(word) + 1 if word in MONTHS[language] else SHORT_MONTHS[language][word]


def number(word: str, language: str) -> int:
    """A number in digits or as a word."""
    return int(word) if word.isdigit() else NUMBERS[language][word]


def one_of(words: object) -> str:
    """An expression for one of the words, the longest first."""
    return "|".join(sorted(map(str, words), key=len, reverse=True))  # type: ignore[call-overload]
