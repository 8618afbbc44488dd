"""Every text of the house's e-mails and notices, in French: the number and a link, nothing else (RG-13, ux W05).

No name, no motif, no offer, no file name can come in: a text receives the number and the link only.
"""

from dataclasses import dataclass
from typing import Final

from services.notification.domain.annonces import Modele, Public
from shared.kernel.identifiers import NumeroDemande


@dataclass(frozen=True, slots=True)
class Texte:
    """`avis`: one sentence in the pages. `corps`: the sentences of the e-mail, before its link."""

    avis: str
    objet: str = ""
    corps: str = ""


@dataclass(frozen=True, slots=True)
class Adresses:
    """Where the two fronts are, as browsers see them."""

    partenaire: str
    agent: str

    def demande(self, numero: NumeroDemande, public: Public) -> str:
        """The page of a demande for this public."""
        return f"{self.partenaire}/demandes/{numero}" if public.is_partner else f"{self.agent}/agent/demandes/{numero}"


TEXTES: Final[dict[Modele, Texte]] = {
    Modele.ACCUSE_DEPOT: Texte(
        avis="Demande {numero} déposée.",
        objet="Demande {numero} : votre dépôt est enregistré",
        corps="Votre demande {numero} est enregistrée.\n\n"
        "Son accusé de réception, avec la date, l'heure et le service chargé de la traiter, est disponible en ligne.",
    ),
    Modele.PRISE_EN_CHARGE: Texte(
        avis="Demande {numero} prise en charge par la caisse.",
        objet="Demande {numero} : prise en charge",
        corps="La caisse prend en charge votre demande {numero}.",
    ),
    Modele.COMPLEMENT_DEMANDE: Texte(
        avis="Demande {numero} : la caisse attend votre réponse.",
        objet="Demande {numero} : la caisse attend votre réponse",
        corps="La caisse vous a posé une question au sujet de la demande {numero}.\n\nLe traitement reprend dès votre réponse.",
    ),
    Modele.RAPPEL_COMPLEMENT: Texte(
        avis="Demande {numero} : rappel, la caisse attend toujours votre réponse.",
        objet="Demande {numero} : rappel, la caisse attend votre réponse",
        corps="Une question de la caisse au sujet de la demande {numero} attend toujours votre réponse.\n\n"
        "Sans réponse, la caisse pourra proposer de clore la demande.",
    ),
    Modele.RESOLUE: Texte(
        avis="Demande {numero} : la caisse a apporté sa réponse.",
        objet="Demande {numero} : réponse de la caisse",
        corps="La caisse a apporté une réponse à votre demande {numero}.",
    ),
    Modele.ROUVERTE: Texte(
        avis="Demande {numero} rouverte par la caisse.",
        objet="Demande {numero} : reprise par la caisse",
        corps="La caisse a rouvert la demande {numero} et en reprend le traitement.",
    ),
    Modele.FICHIER_ECARTE: Texte(
        avis="Demande {numero} : un fichier que vous avez envoyé est écarté.",
        objet="Demande {numero} : un fichier est écarté",
        corps="Un fichier que vous avez joint à la demande {numero} a été écarté par l'analyse de sécurité.\n\n"
        "La demande suit son cours. Vérifiez le fichier d'origine, puis envoyez-le à nouveau si la caisse en a besoin.",
    ),
    Modele.DOCUMENT_DISPONIBLE: Texte(
        avis="Demande {numero} : un document est à télécharger.",
        objet="Demande {numero} : un document est à votre disposition",
        corps="Un document de la caisse est à télécharger dans la demande {numero}.\n\n"
        "Il reste disponible pendant une durée limitée, indiquée sur la page.",
    ),
    Modele.DOCUMENT_EXPIRE_BIENTOT: Texte(
        avis="Demande {numero} : un document expire dans quelques jours.",
        objet="Demande {numero} : un document expire bientôt",
        corps="Un document de la demande {numero} n'a pas encore été téléchargé.\n\nPassé sa date limite, il sera détruit.",
    ),
    Modele.COMPLEMENT_RECU: Texte(
        avis="Demande {numero} : le partenaire a répondu.",
        objet="Demande {numero} : réponse du partenaire",
        corps="Le partenaire a répondu dans la demande {numero}.",
    ),
    Modele.FICHIER_SORTANT_ECARTE: Texte(avis="Demande {numero} : un fichier que vous avez joint est écarté, il ne sera pas remis."),
    Modele.ECHEANCE_PROCHE: Texte(avis="Demande {numero} : une échéance approche."),
    Modele.ECHEANCE_DEPASSEE: Texte(
        avis="Demande {numero} : une échéance est dépassée.",
        objet="Demande {numero} : échéance dépassée",
        corps="Une échéance de la demande {numero} est dépassée.",
    ),
    Modele.MESSAGE_CAISSE: Texte(
        avis="Demande {numero} : la caisse vous a écrit.",
        objet="Demande {numero} : message de la caisse",
        corps="La caisse vous a écrit au sujet de la demande {numero}.",
    ),
    Modele.CLOTURE_PROPOSEE: Texte(avis="Demande {numero} : toujours sans réponse du partenaire, vous pouvez proposer de la clore."),
}
_SIGNATURE: Final = (
    "Ce message est envoyé automatiquement : n'y répondez pas.\n"
    "Il ne contient aucune information personnelle ; connectez-vous pour lire la suite."
)


@dataclass(frozen=True, slots=True)
class Message:
    """A written e-mail, before it has an address."""

    objet: str
    corps: str


def write_courriel(modele: Modele, numero: NumeroDemande, lien: str) -> Message:
    """The e-mail of this text. Raises: LookupError for a text that exists as a notice only."""
    texte = TEXTES[modele]
    if not texte.objet:
        message = f"{modele} is no e-mail"
        raise LookupError(message)
    corps = f"Bonjour,\n\n{texte.corps.format(numero=numero)}\n\n{lien}\n\n--\nEspace Partenaires\n{_SIGNATURE}\n"
    return Message(_typography(texte.objet.format(numero=numero)), _typography(corps, keep=lien))


def write_avis(modele: Modele, numero: NumeroDemande) -> str:
    """The sentence shown in the pages."""
    return _typography(TEXTES[modele].avis.format(numero=numero))


def _typography(texte: str, *, keep: str = "") -> str:
    """No-break spaces before the high signs (ux §8.27); the link stays as it is."""
    before, link, after = texte.partition(keep) if keep else (texte, "", "")
    spaced = [part.replace(" :", "\N{NO-BREAK SPACE}:").replace(" ;", "\N{NO-BREAK SPACE};") for part in (before, after)]
    return f"{spaced[0]}{link}{spaced[1]}"
