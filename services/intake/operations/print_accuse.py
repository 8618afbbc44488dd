"""The acknowledgement as a tagged PDF (CRPA R112-11-1, ux F24, X10): data as JSON, fonts of the library only, same bytes each time."""

import json
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import typst

from shared.contracts.http.intake import AccuseVue

_MODELE: Final = Path(__file__).with_name("accuse.typ").read_bytes()
_MOIS: Final = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def print_accuse(accuse: AccuseVue, *, caisse: str, fuseau: str) -> bytes:
    """A PDF/UA-1 document. Blocking for some milliseconds: call it outside the event loop."""
    lignes = [
        ("Numéro", accuse.numero),
        ("Déposée le", _moment(accuse.deposee_le, fuseau)),
        ("Service en charge", accuse.service),
        ("Offre de service", accuse.offre_libelle),
        ("Motif", accuse.motif_libelle),
        ("Personne concernée", accuse.personne),
        ("Demandeur", accuse.demandeur_nom),
    ]
    donnees = {
        "numero": accuse.numero,
        "caisse": caisse,
        "lignes": [{"libelle": libelle, "valeur": valeur} for libelle, valeur in lignes if valeur],
        "pieces": accuse.pieces,
    }
    pdf: bytes = typst.compile(
        _MODELE,
        format="pdf",
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        sys_inputs={"accuse": json.dumps(donnees)},
        timestamp=int(accuse.deposee_le.timestamp()),
    )
    return pdf


def _moment(moment: datetime, fuseau: str) -> str:
    """« 16 février 2026 à 16 h 30 », local to the caisse."""
    local = moment.astimezone(ZoneInfo(fuseau))
    jour = "1er" if local.day == 1 else str(local.day)
    return f"{jour} {_MOIS[local.month - 1]} {local.year} à {local.hour} h {local.minute:02d}"
