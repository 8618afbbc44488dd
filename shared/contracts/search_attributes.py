"""Search attributes of the engine: what ops may list and filter by.

In clear on the server: never personal data, never the motif nor a queue that tells it (temporal §1.11).
Keys are typed `SearchAttributeKey`s; `ALL` is what the stack registers.
"""

from temporalio.common import SearchAttributeKey

NUMERO = SearchAttributeKey.for_keyword("EpNumero")
OFFRE = SearchAttributeKey.for_keyword("EpOffre")
CAISSE = SearchAttributeKey.for_keyword("EpCaisse")
ETAPE = SearchAttributeKey.for_keyword("EpEtape")
ATTENTE = SearchAttributeKey.for_keyword("EpAttente")
STRUCTURE = SearchAttributeKey.for_keyword("EpStructure")
EQUIPE = SearchAttributeKey.for_keyword("EpEquipe")
ISSUE = SearchAttributeKey.for_keyword("EpIssue")
ECHEANCE = SearchAttributeKey.for_datetime("EpEcheance")
EXPIRATION = SearchAttributeKey.for_datetime("EpExpiration")
DERNIERE_ACTIVITE = SearchAttributeKey.for_datetime("EpDerniereActivite")
EN_RETARD = SearchAttributeKey.for_bool("EpEnRetard")
INTERVENTION = SearchAttributeKey.for_bool("EpIntervention")
ESCALADE = SearchAttributeKey.for_int("EpEscalade")
NB_PIECES = SearchAttributeKey.for_int("EpNbPieces")
ALERTES = SearchAttributeKey.for_keyword_list("EpAlertes")

ALL = (
    NUMERO, OFFRE, CAISSE, ETAPE, ATTENTE, STRUCTURE, EQUIPE, ISSUE, ECHEANCE, EXPIRATION, DERNIERE_ACTIVITE,
    EN_RETARD, INTERVENTION, ESCALADE, NB_PIECES, ALERTES,
)  # fmt: skip
