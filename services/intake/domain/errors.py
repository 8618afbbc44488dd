"""What intake refuses, one class per refusal. The messages are read by partners: French, and they say what to do."""

from uuid import UUID

from shared.kernel.errors import (
    ConflictError,
    DependencyUnavailableError,
    DomainError,
    FieldError,
    ForbiddenError,
    NotFoundError,
    RuleError,
)
from shared.kernel.identifiers import CaisseCode, NumeroDemande


class ValeurRefusedError(DomainError):
    """One value breaks the rule of its field. `message` is shown beside the field, in French."""

    code = "valeur-refused"

    def __init__(self, message: str, code: str = "invalide") -> None:
        super().__init__(message)
        self.message, self.code = message, code


class DepotRefusedError(RuleError):
    """The form has faulty fields: one FieldError each, in the order of the form."""

    def __init__(self, fields: tuple[FieldError, ...]) -> None:
        super().__init__("Corrigez les champs indiqués, puis déposez à nouveau la demande.", fields=fields)


class OffreNotFoundError(NotFoundError):
    """This caisse has no such offre."""

    def __init__(self, offre: str) -> None:
        super().__init__("Cette offre n'existe pas.")
        self.offre = offre


class OffreClosedError(ForbiddenError):
    """The structure may not file under this offre today; `raison` tells it why."""

    code = "offre-closed"
    title = "Cette offre n'est pas ouverte à votre structure"

    def __init__(self, offre: str, raison: str) -> None:
        super().__init__(raison)
        self.offre = offre


class RoleRefusedError(ForbiddenError):
    """Only a technicien files and reads filings (domain §2.1, ux C10)."""

    def __init__(self) -> None:
        super().__init__("Seul un technicien de la structure peut faire cela.")


class BrouillonNotFoundError(NotFoundError):
    """No such draft of this account."""

    def __init__(self, brouillon_id: UUID) -> None:
        super().__init__("Ce brouillon n'existe plus.")
        self.brouillon_id = brouillon_id


class BrouillonModifiedError(ConflictError):
    """Another tab saved the draft meanwhile; `donnees` is what it saved (ux D07)."""

    code = "brouillon-modified"
    title = "Ce brouillon a été modifié dans un autre onglet"

    def __init__(self, donnees: dict[str, object]) -> None:
        super().__init__("Choisissez la version à garder.")
        self.donnees = donnees


class DepotUnknownError(NotFoundError):
    """Nothing was filed with this key lately."""

    code = "depot-unknown"

    def __init__(self) -> None:
        super().__init__("Aucune demande n'a été déposée avec cette clé.")


class BrouillonEndedError(ConflictError):
    """The draft to file is gone: filed from another tab, or deleted (ux F25)."""

    code = "brouillon-ended"
    title = "Ce brouillon a déjà été déposé ou supprimé"

    def __init__(self, brouillon_id: UUID) -> None:
        super().__init__("Vérifiez dans l'historique que la demande n'est pas déjà déposée.")
        self.brouillon_id = brouillon_id


class BrouillonTooLargeError(RuleError):
    """More than a form can hold."""

    code = "brouillon-too-large"

    def __init__(self) -> None:
        super().__init__("Ce brouillon est trop volumineux : raccourcissez les textes.")


class DoublonError(ConflictError):
    """The same démarche is open already; `donnees` names it and the exits left (domain BU-5)."""

    code = "doublon"
    title = "Une demande est déjà ouverte pour cette personne et ce motif"

    def __init__(self, numero: NumeroDemande, sorties: tuple[str, ...]) -> None:
        super().__init__(f"La demande {numero} est encore ouverte.")
        self.numero = numero
        self.donnees: dict[str, object] = {"numero": numero, "sorties": list(sorties)}


class DemandeNotFoundError(NotFoundError):
    """No filing with this number in this perimetre, or its content has moved on to the case."""

    def __init__(self, numero: NumeroDemande) -> None:
        super().__init__("Cette demande n'existe pas.")
        self.numero = numero


class NumerotationExhaustedError(DependencyUnavailableError):
    """The caisse has filed 99 999 demandes this year: a hard stop that someone must see (domain §3.2)."""

    code = "numerotation-exhausted"

    def __init__(self, caisse_code: CaisseCode, annee: int) -> None:
        super().__init__("numerotation", "give a number")
        self.caisse_code, self.annee = caisse_code, annee
