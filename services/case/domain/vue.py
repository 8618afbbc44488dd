"""The built-in views of the queue (ux A02)."""

from enum import StrEnum


class Vue(StrEnum):
    """A view, in the order agents find them."""

    A_PRENDRE_EN_CHARGE = "a_prendre_en_charge"
    MES_DEMANDES = "mes_demandes"
    REPONSE_RECUE = "reponse_recue"
    ATTENTE_PARTENAIRE = "attente_partenaire"
    EN_RETARD = "en_retard"
    MAS = "mas"
    ATTESTATIONS = "attestations"
    SANS_SUITE = "sans_suite"
    TOUTES = "toutes"
