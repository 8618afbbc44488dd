"""Validity of a power of attorney (domain §5.2)."""

import calendar
from datetime import date


def add_mois(jour: date, nombre: int) -> date:
    """Calendar months later, kept inside the month: 30 November and three months is the last day of February."""
    rang = jour.month - 1 + nombre
    annee, mois = jour.year + rang // 12, rang % 12 + 1
    return date(annee, mois, min(jour.day, calendar.monthrange(annee, mois)[1]))


def procuration_valide(signature: date, depot: date, validite_mois: int) -> bool:
    """Signed on or before the local day of filing, and less than `validite_mois` calendar months before it."""
    return signature <= depot < add_mois(signature, validite_mois)
