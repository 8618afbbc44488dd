"""What directory refuses, one class per refusal."""

import math
from datetime import timedelta

from shared.kernel.errors import (
    ConflictError,
    FieldError,
    NotFoundError,
    RuleError,
    ThrottledError,
    UnauthenticatedError,
)
from shared.kernel.identifiers import CaisseCode, CompteId, StructureId


class CaisseNotFoundError(NotFoundError):
    """No such caisse in the catalogue."""

    def __init__(self, caisse_code: CaisseCode) -> None:
        super().__init__(f"caisse {caisse_code} is not in the catalogue")
        self.caisse_code = caisse_code


class StructureNotFoundError(NotFoundError):
    """No such structure with this caisse."""

    def __init__(self, structure_id: StructureId) -> None:
        super().__init__(f"structure {structure_id} is not known here")
        self.structure_id = structure_id


class CompteNotFoundError(NotFoundError):
    """No such account in this perimetre."""

    def __init__(self, compte_id: CompteId | None = None) -> None:
        super().__init__("no such account here")
        self.compte_id = compte_id


class ConventionTransitionError(ConflictError):
    """A convention does not go from the one status to the other (domain §2.4)."""

    code = "convention-transition-refused"

    def __init__(self, depuis: str, vers: str) -> None:
        super().__init__(f"a convention goes from {depuis} to {vers} on no path")
        self.depuis, self.vers = depuis, vers


class CompteTransitionError(ConflictError):
    """An account that ended does not come back, a suspended one is not suspended again."""

    code = "compte-transition-refused"

    def __init__(self, depuis: str, vers: str) -> None:
        super().__init__(f"an account goes from {depuis} to {vers} on no path")
        self.depuis, self.vers = depuis, vers


class QuotaGestionnairesReachedError(ConflictError):
    """The structure has as many gestionnaires as its effectif allows (domain §2.2)."""

    code = "quota-gestionnaires-reached"
    title = "Le nombre maximal de gestionnaires est atteint"

    def __init__(self, quota: int) -> None:
        super().__init__(f"this effectif allows {quota} gestionnaires")
        self.quota = quota


class HabilitationRefusedError(ConflictError):
    """The habilitation is not granted as things stand (domain §2.5)."""

    code = "habilitation-refused"

    def __init__(self, habilitation: str, raison: str) -> None:
        super().__init__(f"{habilitation} is not granted: {raison}")
        self.habilitation, self.raison = habilitation, raison


class CourrielTakenError(ConflictError):
    """An account already has this e-mail."""

    code = "courriel-taken"
    title = "Un compte existe déjà avec cette adresse"


class MotDePasseRefusedError(RuleError):
    """The new password is too short, too long or too well known (trust §3)."""

    def __init__(self, message: str) -> None:
        super().__init__("a password was refused", fields=(FieldError("mot_de_passe", message, "mot-de-passe"),))


class IdentifiantsRefusedError(UnauthenticatedError):
    """The one answer for every wrong credential: unknown e-mail, wrong password, ended account, nowhere to work."""

    code = "identifiants-refused"
    title = "Adresse e-mail ou mot de passe incorrect"

    def __init__(self) -> None:
        super().__init__("credentials refused")


class TentativesExceededError(ThrottledError):
    """Too many failures: the next try waits. Said of unknown e-mails too, so it tells nothing of who has an account."""

    code = "too-many-attempts"
    title = "Trop d'essais"

    def __init__(self, delai: timedelta) -> None:
        super().__init__("Trop de tentatives de connexion : réessayez plus tard.", retry_after_s=math.ceil(delai.total_seconds()))
