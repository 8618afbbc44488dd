"""What case refuses, one class per refusal, with its data."""

from collections.abc import Mapping
from datetime import datetime

from shared.kernel.errors import ConflictError, FieldError, ForbiddenError, NotFoundError, RuleError
from shared.kernel.identifiers import NumeroDemande


class DemandeNotFoundError(NotFoundError):
    """Not there, or not visible from here."""

    code = "demande-not-found"

    def __init__(self, numero: NumeroDemande) -> None:
        super().__init__("Cette demande est introuvable.")
        self.numero = numero


class DemandeAlreadyTakenError(ConflictError):
    """Somebody took it first. `donnees`: who, and when, for the screen to say it in local time (UX-A04)."""

    code = "demande-already-taken"
    title = "Déjà prise en charge"

    def __init__(self, agent_nom: str, prise_le: datetime, heure: str) -> None:
        super().__init__(f"Prise en charge par {agent_nom} à {heure}.")
        self.donnees: dict[str, object] = {"agent_nom": agent_nom, "prise_en_charge_le": prise_le.isoformat()}


class AgentNotServingError(RuleError):
    """Somebody who would not even see the demande cannot be given it."""

    code = "agent-not-serving"

    def __init__(self) -> None:
        message = "Cet agent ne traite pas les demandes de cette file : choisissez une autre personne."
        super().__init__(message, fields=(FieldError("agent", message),))


class DemandeAlreadyResolvedError(ConflictError):
    """A resolved demande takes no message and no second answer."""

    code = "demande-already-resolved"

    def __init__(self, numero: NumeroDemande) -> None:
        super().__init__("Cette demande est déjà résolue.")
        self.numero = numero


class DemandeNotResolvedError(ConflictError):
    """Only a resolved demande is reopened."""

    code = "demande-not-resolved"

    def __init__(self, numero: NumeroDemande) -> None:
        super().__init__("Cette demande n'est pas résolue : elle ne peut pas être rouverte.")
        self.numero = numero


class EchangeStaleError(ConflictError):
    """The thread moved since it was displayed (UX-A07). `donnees`: the version it has now."""

    code = "echange-stale"
    title = "L'échange a changé"

    def __init__(self, version: int) -> None:
        super().__init__("Un nouveau message est arrivé depuis l'affichage de la page : relisez l'échange avant d'envoyer.")
        self.donnees: dict[str, object] = {"version": version}


class TexteMissingError(RuleError):
    """A message without its text."""

    code = "texte-missing"

    def __init__(self, message: str = "Saisissez un texte.") -> None:
        super().__init__(message, fields=(FieldError("texte", message, "requis"),))


class TexteTooLongError(RuleError):
    """More than 5 000 characters (domain §3.6)."""

    code = "texte-too-long"

    def __init__(self, limite: int) -> None:
        message = f"Le texte dépasse {limite} caractères : raccourcissez-le."
        super().__init__(message, fields=(FieldError("texte", message, "trop-long"),))


class PiecesTooManyError(RuleError):
    """More files than a message takes."""

    code = "pieces-too-many"

    def __init__(self, limite: int) -> None:
        message = f"Un message porte au plus {limite} fichiers : retirez-en."
        super().__init__(message, fields=(FieldError("pieces", message, "trop-nombreux"),))


class PieceAlreadyJoinedError(RuleError):
    """The same stored file twice."""

    code = "piece-already-joined"

    def __init__(self) -> None:
        message = "Ce fichier est déjà joint à une demande : joignez-le à nouveau depuis votre poste."
        super().__init__(message, fields=(FieldError("pieces", message, "deja-joint"),))


class PieceForeignError(RuleError):
    """A receipt given to somebody else."""

    code = "piece-foreign"

    def __init__(self) -> None:
        message = "Ce reçu de fichier n'est pas valable ici : joignez le fichier à nouveau."
        super().__init__(message, fields=(FieldError("pieces", message, "invalide"),))


class JustificationMissingError(RuleError):
    """Files outside the motif's list need to say why (RG-01); `noms` by rank in the message: each is told by its name."""

    code = "justification-missing"

    def __init__(self, noms: Mapping[int, str]) -> None:
        reason = "n'est pas une pièce attendue : dites en quoi elle est nécessaire (de 10 à 200 caractères)"
        fields = tuple(FieldError(f"pieces_jointes.{rang}", f"« {nom} » {reason}", "justification") for rang, nom in noms.items())
        super().__init__("Des fichiers ne font pas partie des pièces attendues : justifiez-les.", fields=fields)
        self.noms = noms


class PiecesSortantesForbiddenError(ForbiddenError):
    """RG-02: outgoing files go to habilitated partners only. Logged by the edge that refuses."""

    code = "pieces-sortantes-forbidden"

    def __init__(self) -> None:
        super().__init__("Cette structure n'est pas habilitée à recevoir des pièces jointes.")


class ActeForbiddenError(ForbiddenError):
    """The role may not do this."""

    code = "acte-forbidden"

    def __init__(self, acte: str) -> None:
        super().__init__("Votre rôle ne permet pas cette action.")
        self.acte = acte


class MotifRefusedError(RuleError):
    """The demande cannot be requalified so."""

    code = "motif-refused"

    def __init__(self, message: str, champ: str = "motif") -> None:
        super().__init__(message, fields=(FieldError(champ, message),))


class SaisineClosedError(ConflictError):
    """The referral has an outcome already, or there is none here."""

    code = "saisine-closed"

    def __init__(self) -> None:
        super().__init__("Aucune saisine n'est en cours sur cette demande.")


class TentativesMissingError(RuleError):
    """Nobody is said unreachable before enough attempts, over enough working days (domain §4.6)."""

    code = "tentatives-missing"

    def __init__(self, tentatives: int, jours: int) -> None:
        message = f"Avant de conclure à une personne injoignable, notez {tentatives} tentatives sans réponse sur {jours} jours ouvrés."
        super().__init__(message, fields=(FieldError("issue", message, "tentatives"),))


class IssueMissingError(RuleError):
    """A referral is answered by its outcome, not by a free answer (domain §4)."""

    code = "issue-missing"

    def __init__(self) -> None:
        message = "Choisissez l'issue de la saisine : elle répond au partenaire."
        super().__init__(message, fields=(FieldError("issue", message, "requis"),))


class AttestationNotDecidedError(ConflictError):
    """The routing has not concluded, or concluded otherwise."""

    code = "attestation-not-decided"

    def __init__(self, message: str = "L'orientation de l'attestation ne permet pas cette réponse.") -> None:
        super().__init__(message)


class AttestationMissingError(RuleError):
    """The decision is to give the attestation to the partner: an answer without a file would leave everybody without it (domain §5.3)."""

    code = "attestation-missing"

    def __init__(self) -> None:
        message = "Joignez l'attestation à votre réponse finale : la décision est de la remettre au partenaire."
        super().__init__(message, fields=(FieldError("pieces", message, "requis"),))


class DateSignatureRefusedError(RuleError):
    """A procuration is not signed in the future (domain §1.3)."""

    code = "date-signature-refused"

    def __init__(self) -> None:
        message = "La date de signature ne doit pas être dans le futur."
        super().__init__(message, fields=(FieldError("date_signature", message, "futur"),))


class EcheanceLockedError(RuleError):
    """The 15 days of a received file are moved in demonstration only (house §9.14)."""

    code = "echeance-locked"

    def __init__(self) -> None:
        super().__init__("La durée de mise à disposition d'un fichier ne se déplace pas.")
