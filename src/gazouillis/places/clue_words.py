"""Words beside a name that tell whether it is meant as a place, in French and English. All in the form of `name_key`.

A name alone proves nothing: Nancy may be a friend, nice an opinion. A preposition, a movement or a date beside it does (record 0089).
"""

from __future__ import annotations

import re

from gazouillis.places.calendar_words import MONTHS, SHORT_MONTHS, WEEKDAYS


def _words(*lists: str) -> frozenset[str]:
    return frozenset(word for one in lists for word in one.split())


def _stems(text: str) -> re.Pattern[str]:
    """`arriv` stands for every word that begins with it, `=part` for that word alone."""
    stems = text.split()
    whole = "|".join(one[1:] for one in stems if one.startswith("="))
    begun = "|".join(one for one in stems if not one.startswith("="))
    return re.compile(rf"(?:{whole})|(?:{begun})\w*")


_DAYS = frozenset(word for language in ("fr", "en") for words in (MONTHS, WEEKDAYS, SHORT_MONTHS) for word in words[language])
NEVER = _DAYS | _words(
    "date nord sud est ouest centre midi central western nuit la le les un une the of us man home general love bon deal sale sales",
    "carrefour god spring summer autumn winter",
)
"""Names of towns that are words of every other sentence, and days."""

NOT_PEOPLE = _words(
    "paris london lima vienna milan kobe houston dallas denver phoenix oran alger valencia cali manila rome roma berlin geneva brest"
    " york brussels france italia india kenya argentina mali chad israel brittany armenia"
)
"""Towns whose name is also a first name, but hardly anybody's."""

DATIVE = {
    "fr": _stems(
        "=dit =dis =dire =dise =disais =dites =dirai parl demand ecri repond reponse =merci mercis offr donn envo =pret pretr prete racont"
        " promet promis present offer =tient tenir souhait telephon manqu plai =plu =rend"
        " =rends rendu montr appren expliqu =oui =non =bisou bisous"
        " =bise pens ressembl pardonn confi =cri anniversaire felicit bravo dedi obei appart =grace =tiens cadeau lettre message mot pos"
        " =fais =fait laiss pris emprunt ment recommand raconte dois doit devoir"
    ),
    "en": _stems(
        "=say says =said tell told =give gives given gave talk spoke speak =listen listening wrote writ sent =send sending =show showed"
        " =no =yes married =thanks =thank engaged =kind =rude explain offer =lend lent introduc =hi =hello =love reply replied answer"
        " belong according similar compar dedicated letter note message happy birthday congratulations due owed listen =up"
    ),
}
"""Words after which "à Nancy", "to Charlotte" is a person."""

MOVEMENT = {
    "fr": _stems(
        "arriv =pars =part =partir partons partez partent parti =partie partirai =vais =va =vas allons allez =vont aller"
        " =irai iras ira irons"
        " =suis =sommes =serai =sera serons serez seront =etes =etais etait =ete reven revien =retour rentr retourn repar"
        " debarqu envol atterr decoll embarqu =monte montons monter =remonte remontons =descends =descend descendu descendons descendre"
        " pass voyag visit sejour rest =dors dort dormi dormir log install demenag habit vi[st] vivre viv[or] quitt rejoin traver roul"
        " =route =train =vol =vols =avion =bus =car =tgv =ferry bateau escale etape coinc bloqu conges vacances =week hotel auberge"
        " logement airbnb"
        " concert expo festival salon colloque congres seminaire conference mission rendez =rdv retrouv rencontr rassembl =joue jouons"
        " jouer"
        " signe dedicac cours formation stage chantier match tournage spectacle =cafe verre =biere diner dejeuner apero direct direction"
        " depart destination =voila =voici balad promen flan decouvr =week weekend nuit nuits jours semaine =mois gare aeroport"
        " billet location loue louons cousin soeur frere famille parents =ami amis copain musee restaurant resto travail bosse"
        " emmenag mut nomm neige pleut pluie soleil =temps quelqu =qui connai =enfin passage hop cap visite coucou salut bonjour"
    ),
    "en": _stems(
        "arriv =go =goes =going =gone =went =fly flies flight flying flew =head heads headed heading driv drove =move moved moving =moves"
        " travel =trip trips train bus ferry road =back return =off =down =over =home =way com =came welcome sail cycl walk =ride riding"
        " journey ticket relocat bound =hop popp =pop nip =get getting =got =been visit land layover stopover stuck stay stand =live lives"
        " living lived work =be =am =is =are =was =were =will =m pass weekend night nights day days week conference gig concert show"
        " meet speak play festival camp hik airport station hotel hostel airbnb apartment house job =drive transfer commut =cross"
        " leav =left depart running race born greet hello flat straight up tour"
    ),
}
"""Words of movement, stay and occasion: a second clue."""

TO_MOVEMENT = {
    "fr": _stems(
        "=pars =part =partir partons partez partent parti embarqu envol decoll =vol =vols =train =avion =bus =car =billet billets direction"
        " =route =ferry bateau =depart departs cap reparti repars repart quitt =decolle emmen"
    ),
    "en": _stems("leav =left =bound head depart =off flight fly flying flew train ticket tickets ferry bus =set =sail sailing"),
}
"""Words after which "pour Lyon", "for Paris" is a destination."""

FROM_MOVEMENT = {
    "fr": _stems(
        "=ecris retour rentr revien reven =arrive arrivee arrives arrivons =depart departs =train =trains =vol =vols =avion =bus =tgv"
        " =ferry bateau descend =part =pars partons parti partant viens =venu =venue venons sor[st] sorti =route =gare aeroport"
        " autoroute salut"
        " bonjour bonsoir coucou =bises bisous carte photos =loin =pres =autour =proche =centre quartier =rues =direct quitt repart"
        " =sud =nord =est =ouest cote peripherique banlieue faubourg decoll habitants"
        " ruelle =marche plage =port =quais librairie bibliotheque hopital universite musee theatre opera =zoo =hotel restaurant"
    ),
    "en": _stems(
        "train flight fl[ye] flew ferry road =back driv drove com =came travel =trip mov return bus walk cycl =way journey greet postcard"
        " hello live direct sail =hop report photos =far miles minutes hour =home"
    ),
}
"""Words after which "de Lyon", "from Nancy" is a place, whatever else its name is."""

VISITS = {
    "fr": _stems(
        "visit quitt decouv rejoin travers explor adore =adieu =direction =destination retrouv =cap =via =vers =habite =hello =bonjour"
        " =bonsoir"
    ),
    "en": _stems("visit leav =left explor reach reached reaching love =miss =via approach =hello =goodbye =bye tour =destination =around"),
}
"""Words right before a bare name."""

SCENE = {
    "fr": re.compile(
        r"[ ,:]*(?:sous (?:la|l|les|une?|le)\b|cote\b|by night|en fete|en hiver|en ete|en famille|sans voiture|a pied|puis\b"
        r"|vu du?\b|la nuit|au petit matin)"
    ),
    "en": re.compile(
        r"[ ,:]*(?:in the (?:rain|snow|fog|sun|morning)|under (?:the|snow|rain)"
        r"|by (?:the |night |day )*(?:train|bus|car|boat|ferry|plane|bike|night|sea)"
        r"|for (?:the|a|two|three|four|five|six|lunch|dinner|work|christmas|easter)\b"
        r"|here (?:i|we) come|at (?:night|dawn|last)|then\b|airport|station)"
    ),
}
"""What follows a bare name that is a place."""

PREPOSITIONS = {
    "fr": _words("a au aux en dans vers sur pour par depuis entre via chez de du des d sous contre avec jusqu pres"),
    "en": _words("in to from near over around through via into towards toward across outside for at of on with by inside within between"),
}
AFTER_IN = _words("believe believes believed trust trusts faith confidence interested made confide")
"""English words after which "in Sydney" is a person."""

IN_AMERICA = {
    **{"ab": "CA.01", "bc": "CA.02", "mb": "CA.03", "nb": "CA.04", "nl": "CA.05", "ns": "CA.07", "on": "CA.08", "pe": "CA.09"},
    **{"qc": "CA.10", "sk": "CA.11", "yt": "CA.12", "nt": "CA.13", "nu": "CA.14"},
}
"""GeoNames' codes of Canadian provinces, by their abbreviations. Those of the United States are the codes."""
