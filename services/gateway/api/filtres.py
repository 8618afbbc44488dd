"""Criteria of the history in a query string, where every value is text."""

from enum import IntEnum
from typing import Literal

from pydantic import BaseModel, Field


class Taille(IntEnum):
    """Rows per page."""

    DIX = 10
    VINGT_CINQ = 25
    CINQUANTE = 50


class FiltresApi(BaseModel):
    """The same criteria as the page; an unknown value is refused, with its place."""

    page: int = Field(default=1, ge=1, le=100_000)
    taille: Taille = Taille.DIX
    tri: Literal["deposee_le", "statut_modifie_le", "numero", "offre", "statut"] = "deposee_le"
    ordre: Literal["asc", "desc"] = "desc"
    offre: str | None = Field(default=None, max_length=60)
    motif: str | None = Field(default=None, max_length=60)
    statut: Literal["NOUVEAU", "PRIS_EN_CHARGE", "RESOLU"] | None = None
    attente: bool = False
    depuis: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$", description="Jour local de la caisse, inclus.")
    jusqua: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$", description="Jour local de la caisse, inclus.")
    suivies: bool = False
    miennes: bool = False
