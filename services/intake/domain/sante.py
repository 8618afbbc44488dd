"""Words that speak of health: such data is not allowed in a comment (domain RG-03). A soft block: removed, or justified.

What the offres themselves are about stays free: arrêt de travail, invalidité, accident du travail, Assurance maladie,
Complémentaire santé solidaire, examen de prévention, vaccination, fracture numérique, greffe du tribunal.
"""

import re

from services.intake.domain.textes import fold

# The word as it is shown, and what finds it in folded text (lower case, no accent).
_LEXIQUE: tuple[tuple[str, str], ...] = (
    ("hospitalisation", r"hospitalis\w+"),
    ("diagnostic", r"diagnosti\w+"),
    ("pathologie", r"pathologi\w+"),
    ("symptôme", r"symptom\w+"),
    ("cancer", r"cancer\w*|tumeurs?|metastas\w+|leucemi\w+|lymphome\w*|oncolog\w+"),
    ("chimiothérapie", r"chimio\w*|radiotherap\w+"),
    ("diabète", r"diabet\w+|insulin\w+"),
    ("VIH", r"vih|hiv|sida|seropositi\w+"),
    ("hépatite", r"hepatite\w*|cirrhos\w+"),
    ("tuberculose", r"tuberculo\w+"),
    ("covid", r"covid\w*"),
    ("épilepsie", r"epilep\w+"),
    ("schizophrénie", r"schizophren\w+|bipolair\w*|psychose\w*|psychoti\w+"),
    ("dépression", r"depressi\w+|burn[ -]?out"),
    ("psychiatrie", r"psychiatr\w+"),
    ("suicide", r"suicid\w+"),
    ("addiction", r"addict\w+|toxicoman\w+|alcooli\w+|sevrage|methadone|subutex|heroine|cocaine"),
    ("dialyse", r"dialys\w+|insuffisances? (?:renale|cardiaque|respiratoire|hepatique)s?"),
    ("infarctus", r"infarctus|avc|accident vasculaire"),
    ("sclérose", r"scleroses?|parkinson\w*|alzheimer|demence\w*"),
    ("autisme", r"autis\w+|trisomi\w+|handicaps? (?:mental|mentaux|psychique|moteur)s?"),
    ("grossesse", r"enceinte|grossesse\w*|ivg|fausses? couches?|accouch\w+"),
    ("asthme", r"asthm\w+|bpco|fibromyalgi\w+"),
    ("greffe d'organe", r"greff\w+ (?:de |du |d'|)(?:rein|foie|coeur|moelle|organe|renale|hepatique)s?|transplant\w+"),
    ("chirurgie", r"chirurgi\w+|prothese\w*|amputati\w+"),
    ("traitement médical", r"traitements? (?:medica\w+|lourd)s?|medicament\w*|posologie\w*|antibioti\w+"),
    ("antidépresseur", r"antidepress\w+|anxiolyti\w+|neurolepti\w+|morphin\w+|doliprane|paracetamol"),
    ("fracture", r"fractures?(?! numeriques?)"),
    ("affection de longue durée", r"affections? de longue duree|ald(?: \d+)?"),
    ("code de maladie (CIM)", r"cim[ -]?1[01]|[a-z]\d{2}\.\d{1,2}"),
)
_RECHERCHES = tuple((mot, re.compile(rf"\b(?:{motif})\b")) for mot, motif in _LEXIQUE)


def health_words(texte: str) -> tuple[str, ...]:
    """The words of the lexicon found, each once, in the lexicon's order and spelling: never the person's own text."""
    replie = fold(texte)
    return tuple(mot for mot, recherche in _RECHERCHES if recherche.search(replie))
