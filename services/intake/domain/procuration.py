"""How old the procuration of a filing may be (domain §5.2)."""

from calendar import monthrange
from datetime import date

_MONTHS = 12


def oldest_procuration(jour: date, validite_mois: int) -> date:
    """First day of signature that is still less than `validite_mois` calendar months old on `jour`."""
    since = jour.year * _MONTHS + jour.month - 1 - validite_mois
    annee, mois = divmod(since, _MONTHS)
    # A month may be shorter than the other: what would end beyond its last day ends on it.
    last = min(monthrange(annee, mois + 1)[1], monthrange(jour.year, jour.month)[1])
    if jour.day < last:
        return date(annee, mois + 1, jour.day + 1)
    annee, mois = divmod(since + 1, _MONTHS)
    return date(annee, mois + 1, 1)
