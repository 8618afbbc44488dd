"""What operators see of a process in the engine's own UI: search attributes in clear, details through the codec.

Nothing in an attribute names a person nor the motif (temporal §1.11); the details are encrypted like any payload.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributeUpdate

from shared.contracts import search_attributes as ep
from shared.contracts.situation import Attributs, Echeance, Processus, Situation

Valeur = TypeVar("Valeur", str, int, bool, datetime, Sequence[str])
Change = SearchAttributeUpdate[Any] | None  # one attribute's; the engine types each key, not their lists

_ANALYSE = "analyse"
_ANTIVIRUS_INDISPONIBLE = "ANTIVIRUS_INDISPONIBLE"
_ETAPE_EN_ECHEC = "ETAPE_EN_ECHEC"
_ATTENTES = {"PARTENAIRE": "du partenaire", "CAISSE": "de la caisse", "SYSTEME": "d'un traitement automatique"}


def show_attributs(situation: Situation, failures: dict[str, str]) -> None:
    """Publish what changed since the last look, in one upsert, or in none."""
    if situation.attributs is None:
        show_intervention(bool(failures))
        return
    _upsert([*_textes(situation, situation.attributs), *_suivi(situation.attributs, failures)])


def show_intervention(needed: bool) -> None:
    """Say, or unsay, that an operator must help: all that a child process publishes (its type tells the motif)."""
    if needed or workflow.info().typed_search_attributes.get(ep.INTERVENTION):
        _upsert([_change(ep.INTERVENTION, needed)])


def _textes(situation: Situation, attributs: Attributs) -> list[Change]:
    return [
        _change(ep.NUMERO, situation.numero),
        _change(ep.OFFRE, attributs.offre),
        _change(ep.CAISSE, attributs.caisse),
        _change(ep.ETAPE, attributs.sous_etat),
        _change(ep.ATTENTE, attributs.attente),
        _change(ep.STRUCTURE, situation.structure_id or None),
        _change(ep.EQUIPE, attributs.equipe),
        _change(ep.ISSUE, attributs.issue),
    ]


def _suivi(attributs: Attributs, failures: dict[str, str]) -> list[Change]:
    return [
        _change(ep.ECHEANCE, attributs.echeance),
        _change(ep.EXPIRATION, attributs.expiration),
        _change(ep.DERNIERE_ACTIVITE, attributs.derniere_activite),
        _change(ep.EN_RETARD, attributs.en_retard),
        _change(ep.INTERVENTION, bool(failures)),
        _change(ep.ESCALADE, attributs.escalade),
        _change(ep.NB_PIECES, attributs.nb_pieces),
        _change(ep.ALERTES, _alertes(attributs, failures) or None),
    ]


def _alertes(attributs: Attributs, failures: dict[str, str]) -> Sequence[str]:
    alertes = list(attributs.alertes)
    alertes += [_ANTIVIRUS_INDISPONIBLE if cle.startswith(_ANALYSE) else _ETAPE_EN_ECHEC for cle in failures]
    return list(dict.fromkeys(alertes))


def _change(key: SearchAttributeKey[Valeur], value: Valeur | None) -> Change:
    if workflow.info().typed_search_attributes.get(key) == value:
        return None
    return key.value_unset() if value is None else key.value_set(value)


def _upsert(changes: list[Change]) -> None:
    if updates := [change for change in changes if change is not None]:
        workflow.upsert_search_attributes(updates)


def details(situation: Situation, processus: Processus, prochaine: Echeance | None, running: list[str], failures: dict[str, str]) -> str:
    """The process in Markdown, for operators: how it stands, what comes next, and what they may do."""
    if not situation.version:
        return f"**Demande {situation.numero}** : pas encore ouverte. Le traitement attend son ouverture."
    lignes = [f"**Demande {situation.numero}** : {situation.sous_etat}", "", *_etat(situation)]  # the UI wants a blank line before a list
    lignes.append(f"- Prochaine échéance : {_instant(prochaine)}")
    lignes += [f"- Étape en cours : `{cle}`" for cle in running]
    lignes += [f"- **Étape en échec** : `{cle}` ({raison})" for cle, raison in failures.items()]
    etapes = [cle for cle in [*failures, *running] if cle in [etape.cle for etape in situation.etapes]]
    gestes = _gestes(situation, prochaine, etapes, can_resume=situation.suspendu or bool(failures))
    suffixe = "" if processus is Processus.TRAITEMENT else f" --processus {processus.value}"
    commandes = [f'- {geste} : `ep workflow {commande}{suffixe} --motif "…"`' for geste, commande in gestes]
    rebuild = f"- reconstruire depuis le dossier : `ep workflow rebuild {situation.numero}`"
    return "\n".join([*lignes, "", "**Ce qu'un exploitant peut faire**", "", *commandes, rebuild])


def _etat(situation: Situation) -> list[str]:
    if situation.suspendu:
        return ["- **Suspendue** par un exploitant : rien n'est minuté ni démarré."]
    if situation.attributs is None:
        return []
    attente = situation.attributs.attente
    return [f"- En attente {_ATTENTES.get(attente, attente)}"]


def _instant(echeance: Echeance | None) -> str:
    if echeance is None:
        return "aucune"
    return f"`{echeance.cle}`, le {echeance.echue_le.astimezone(UTC):%d/%m/%Y à %H:%M} (UTC)"


def _gestes(situation: Situation, prochaine: Echeance | None, etapes: list[str], *, can_resume: bool) -> list[tuple[str, str]]:
    """What may be done now, with the command's words."""
    numero = situation.numero
    gestes = [("reprendre", f"resume {numero}")] if can_resume else []
    if not situation.suspendu:
        gestes.append(("suspendre", f"hold {numero}"))
    gestes += [("renoncer à une étape", f"skip {numero} {cle}") for cle in etapes]
    if prochaine is not None:
        gestes.append(("reporter l'échéance", f"extend {numero} {prochaine.cle} --jusqu-au …"))
    return gestes
