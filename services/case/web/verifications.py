"""What an agent records of an attestation: what the documents and the partner's answer say, which no form may have asked (domain §5.3)."""

from datetime import date, datetime
from typing import Final

from services.case.web.bureau import Verifications
from services.case.web.dossier import AttestationVue
from services.case.web.presentation import FAITS_ATTESTATION, MOTIFS_INACCESSIBILITE, QUALITES
from shared.kernel.errors import FieldError, RuleError
from shared.webkit.forms import Champ, Formulaire, Genre, Option

_FORMES: Final = ("%d/%m/%Y", "%Y-%m-%d")  # as it is written, and as browsers send a day


def verifications_form() -> Formulaire:
    """The fields, empty."""
    return Formulaire.of(
        [
            Champ(
                nom="faits",
                libelle="Ce que vous avez constaté",
                genre=Genre.CASES,
                options=_options(FAITS_ATTESTATION),
                libelle_cache=True,
            ),
            Champ(
                nom="qualite",
                libelle="Qualité du partenaire pour cette personne",
                genre=Genre.LISTE,
                options=_options(QUALITES),
                invite="",
            ),
            Champ(
                nom="date_signature",
                libelle="Date de signature de la procuration",
                aide="JJ/MM/AAAA",
                inputmode="numeric",
                autocomplete="off",
                court=True,
                requis=False,
            ),
            Champ(
                nom="motif_inaccessibilite",
                libelle="Raison pour laquelle le compte ameli est inaccessible",
                genre=Genre.LISTE,
                options=_options({code: libelle.capitalize() for code, libelle in MOTIFS_INACCESSIBILITE.items()}),
                invite="Aucune",
                requis=False,
            ),
        ]
    )


def filled_verifications(attestation: AttestationVue) -> Formulaire:
    """The form as the record stands."""
    return verifications_form().with_values(
        {
            "faits": sorted(attestation.coches),
            "qualite": attestation.qualite,
            "date_signature": f"{attestation.date_signature:%d/%m/%Y}" if attestation.date_signature else "",
            "motif_inaccessibilite": attestation.motif_inaccessibilite,
        }
    )


def verifications_of(formulaire: Formulaire) -> Verifications:
    """What was typed. Raises: RuleError, with a message per faulty field."""
    erreurs = []
    qualite, motif = formulaire["qualite"].valeur, formulaire["motif_inaccessibilite"].valeur
    if qualite not in QUALITES:
        erreurs.append(FieldError("qualite", "Choisissez en quelle qualité le partenaire agit pour cette personne", "requis"))
    signee_le = _read(formulaire["date_signature"].valeur.strip())
    if signee_le is None and formulaire["date_signature"].valeur.strip():
        erreurs.append(FieldError("date_signature", "Saisissez une date sous la forme JJ/MM/AAAA, par exemple 01/03/2026", "format"))
    if motif and motif not in MOTIFS_INACCESSIBILITE:
        erreurs.append(FieldError("motif_inaccessibilite", "Choisissez une raison de la liste"))
    if erreurs:
        raise RuleError("Corrigez les vérifications de l'attestation.", fields=tuple(erreurs))
    coches = frozenset(formulaire["faits"].valeurs) & FAITS_ATTESTATION.keys()
    return Verifications(coches=frozenset(coches), qualite=qualite, motif_inaccessibilite=motif, date_signature=signee_le)


def _options(libelles: dict[str, str]) -> tuple[Option, ...]:
    return tuple(Option(code, libelle) for code, libelle in libelles.items())


def _read(texte: str) -> date | None:
    for forme in _FORMES:
        try:
            return datetime.strptime(texte, forme).date()  # noqa: DTZ007  a day alone has no zone
        except ValueError:
            continue
    return None
