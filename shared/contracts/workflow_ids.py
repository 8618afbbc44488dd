"""Workflow ids, each with its inverse: built from the number, so a run can be started again from it alone."""

from shared.kernel.identifiers import NumeroDemande

_TRAITEMENT = "traitement-demande:"
_SAISINE = "saisine-mas:"
_DELIVRANCE = "delivrance-attestation:"


def traitement_demande(numero: NumeroDemande) -> str:
    """The id of the process of this demande."""
    return _TRAITEMENT + numero


def saisine_mas(numero: NumeroDemande) -> str:
    """The id of the referral's process of this demande."""
    return _SAISINE + numero


def delivrance_attestation(numero: NumeroDemande) -> str:
    """The id of the attestation's process of this demande."""
    return _DELIVRANCE + numero


def numero_of(workflow_id: str) -> NumeroDemande:
    """The number behind any of the ids above."""
    return NumeroDemande(workflow_id.partition(":")[2])
