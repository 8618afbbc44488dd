"""What attachment refuses, each refusal a class with its data."""

from services.attachment.domain.raisons import RaisonRefus
from shared.kernel.errors import ConflictError, DomainError, FieldError, ForbiddenError, GoneError, NotFoundError, RuleError
from shared.kernel.identifiers import PieceJointeId


class FichierRefuseError(RuleError):
    """The file breaks a rule of trust §2.2: nothing of it is kept.

    `regle` is for support (which rule of which check), never shown to partners.
    """

    code = "fichier-refuse"
    title = "Fichier refusé"

    def __init__(self, raison: RaisonRefus, regle: str = "") -> None:
        super().__init__(raison.phrase, fields=(FieldError("fichier", raison.phrase, raison.value),))
        self.raison = raison
        self.regle = regle


class PieceJointeNotFoundError(NotFoundError):
    """No such file in this perimetre; a file the partner sent is not there either for a download (domain §3.5)."""

    code = "piece-jointe-not-found"
    title = "Fichier introuvable"

    def __init__(self, piece_jointe_id: PieceJointeId) -> None:
        super().__init__("Ce fichier est introuvable.")
        self.piece_jointe_id = piece_jointe_id


class PieceJointeAttachedError(ConflictError):
    """It belongs to a demande: it can no longer be withdrawn, nor attached to another one."""

    code = "piece-jointe-attached"
    title = "Fichier déjà joint à une demande"

    def __init__(self, piece_jointe_id: PieceJointeId) -> None:
        super().__init__("Ce fichier est déjà joint à une demande : il ne peut plus être retiré.")
        self.piece_jointe_id = piece_jointe_id


class VerdictPendingError(ConflictError):
    """No verdict yet: nobody may read it, whoever asks (trust §2.4)."""

    code = "verdict-pending"
    title = "Analyse antivirus en cours"

    def __init__(self, piece_jointe_id: PieceJointeId) -> None:
        super().__init__("L’analyse antivirus de ce fichier n’est pas terminée. Réessayez dans quelques minutes.")
        self.piece_jointe_id = piece_jointe_id


class PieceJointeBlockedError(ForbiddenError):
    """Infected or refused: its bytes are destroyed (trust §2.6)."""

    code = "piece-jointe-blocked"
    title = "Fichier écarté"

    def __init__(self, piece_jointe_id: PieceJointeId, raison: RaisonRefus | None) -> None:
        super().__init__("Ce fichier a été écarté et ne peut pas être téléchargé.")
        self.piece_jointe_id = piece_jointe_id
        self.raison = raison


class PieceJointeExpiredError(GoneError):
    """Its window of download is over, or it was purged: only the name is left (domain §3.5)."""

    code = "piece-jointe-expired"
    title = "Fichier expiré"

    def __init__(self, piece_jointe_id: PieceJointeId) -> None:
        super().__init__("Ce fichier n’est plus disponible. Vous pouvez demander une nouvelle mise à disposition.")
        self.piece_jointe_id = piece_jointe_id


class FichierAltereError(DomainError):
    """The stored bytes are not those that were uploaded: altered, swapped, or damaged (trust A10). Never served."""

    code = "fichier-altere"
    title = "Fichier altéré"

    def __init__(self, piece_jointe_id: PieceJointeId) -> None:
        super().__init__("Ce fichier a été abîmé pendant sa conservation.")
        self.piece_jointe_id = piece_jointe_id


class TelechargementNotFoundError(NotFoundError):
    """The link is unknown, or its minute is over (until then it may be followed again): ask for another one."""

    code = "telechargement-not-found"
    title = "Lien de téléchargement expiré"

    def __init__(self) -> None:
        super().__init__("Ce lien de téléchargement n’est plus valable. Revenez à la demande et téléchargez à nouveau.")


class UploadForbiddenError(ForbiddenError):
    """This role sends no file."""

    code = "upload-forbidden"
    title = "Envoi de fichier non autorisé"

    def __init__(self) -> None:
        super().__init__("Votre rôle ne permet pas d’envoyer de fichier.")
