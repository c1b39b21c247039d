"""Sentences, tags, names and biographies for synthetic accounts, about as long and as varied as what people write."""

from __future__ import annotations

from itertools import product

FRENCH = (
    "Ce matin,|Hier soir,|Enfin !|Dans le train,|Au marché,|Sous la pluie,|Question du jour :|À midi,|Mine de rien,|Pour une fois,".split(
        "|"
    ),
    "j’ai retrouvé un vieux carnet|la boulangère m’a raconté sa vie|le chat du voisin dort sur mon clavier|on a refait le monde à trois|"
    "quelqu’un jouait de l’accordéon|j’ai manqué mon arrêt à cause d’un livre|il restait une part de tarte aux mirabelles|"
    "le ciel avait la couleur d’un vieux jean|mon vélo a décidé de se reposer|toute la rue sentait le café".split("|"),
    "et c’était bien.|, je vous raconterai.|. Vous aussi ?|, comme d’habitude.|. Je recommande.| et personne n’a rien remarqué.|"
    "… bref, lundi.| ☕|. Qui vient demain ?| et j’ai ri tout seul.".split("|"),
)
ENGLISH = (
    "This morning|Last night|On the late train|At the market|In the rain|Against all odds|Before breakfast|For once|On my way home|"
    "At noon".split("|"),
    "I found an old notebook|the baker told me her whole life|the neighbour’s cat took over my chair|we put the world to rights|"
    "somebody was playing the clarinet|I missed my stop because of a book|there was one slice of cake left|"
    "the sky looked like old denim|my bicycle went on strike|the whole street smelled of coffee".split("|"),
    "and it was good.|, more on that later.|. You too?|, as one does.|. Highly recommended.| and nobody noticed.|… anyway, Monday.| ☕|"
    ". Who’s in tomorrow?| and I laughed out loud.".split("|"),
)
TAGS = (
    "FF café voyage lecture jardin vélo train pluie musique cuisine photo Budapest Nancy Lyon Paris cinéma radio montagne mer chats coffee "
    "travel books garden cycling trains rain music cooking film walking choir bread weather maps history birds stars code design friday"
).split()
NOTES = (
    "Je passe, je lis, je souris.",
    "Teacher, gardener, late reader.",
    "Un peu partout, surtout à vélo.",
    "Mostly harmless. Mostly coffee.",
    "Parent, lecteur, joueur de clarinette.",
    "",
)
NAMES = "Alice Marie Nicolas Laurent Emma Yusuf Zsófia Bence Chloé Hugo Inès Tom Olive Jack Nora Félix Léa Samir Anna Péter".split()
PLACES = ("Budapest", "Nancy", "Lyon", "Paris", "London", "Bristol", "Montréal", "Bruxelles", "Genève", "")


def sentences() -> list[tuple[str, str]]:
    """All combinations of a beginning, a middle and an end: (text, language)."""
    return [
        (f"{opening} {middle}{'' if ending[0] in ',. …' else ' '}{ending}", language)
        for language, parts in (("fr", FRENCH), ("en", ENGLISH))
        for opening, middle, ending in product(*parts)
    ]
