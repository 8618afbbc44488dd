"""A whole form, judged by the catalogue alone: what case will receive, or one fault per field in the order of the form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from services.intake.domain import messages
from services.intake.domain.errors import DepotRefusedError, OffreClosedError, ValeurRefusedError
from services.intake.domain.sante import health_words
from services.intake.operations.check_champ import Valeur, check_champ, is_missing
from services.intake.operations.check_pieces import CHAMP as CHAMP_PIECES
from services.intake.operations.check_pieces import LotVerifie, Recus, check_pieces
from services.intake.operations.regles import JUSTIFICATION_SANTE, Regles
from shared.contracts.depots import ConsentementMas, PersonneConcernee, PieceDeposee
from shared.contracts.http.intake import DepotRequest
from shared.contracts.perimetre import Perimetre
from shared.contracts.reference import Champ, MotifRef, OffreRef
from shared.kernel.errors import FieldError

_CONSENTEMENT: Final = "consentement_requis"
_DECLARATION: Final = ("consentement_oral", "consentement_donne_par", "consentement_recueilli_le")
_TEXTE_CONSENTEMENT: Final = "consentement_mas"
_RENOUVELLEMENT_SEUL: Final = "renouvellement_seul"
_GARDE_ACTIVE: Final = "avertir_puis_justifier"
_DOUBLON: Final = ("doublon_confirme", "justification_doublon")
_COMMENTAIRE: Final = "commentaire"


@dataclass(frozen=True, slots=True, kw_only=True)
class DepotVerifie:
    """A form that passed every rule but the duplicate guard, which needs the database."""

    offre: OffreRef
    motif: MotifRef
    personne: PersonneConcernee | None
    commentaire: str
    precisions: dict[str, Valeur]
    consentement: ConsentementMas | None
    pieces: list[PieceDeposee]
    doublon_confirme: bool
    doublon_justification: str
    sante_justifiee: bool


@dataclass(slots=True)
class _Lecture:
    """The form being read: values that passed, faults, health words by field."""

    valeurs: dict[str, Valeur] = field(default_factory=dict)
    fautes: list[FieldError] = field(default_factory=list)
    sante: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def refuse(self, champ: str, message: str, code: str) -> None:
        """One fault per field: the first one said."""
        if all(faute.champ != champ for faute in self.fautes):
            self.fautes.append(FieldError(champ, message, code))


def check_depot(requete: DepotRequest, regles: Regles, perimetre: Perimetre, recus: Recus) -> DepotVerifie:
    """What is filed, every value in the form it is stored; values of other motifs are left out.

    Raises: OffreNotFoundError, OffreClosedError; DepotRefusedError with a FieldError per faulty field.
    """
    offre = regles.offre(requete.offre)
    acces = regles.acces(offre)
    if not acces.disponible:
        raise OffreClosedError(offre.code, acces.raison)
    lecture = _Lecture()
    motif = next((motif for motif in regles.motifs(offre) if motif.code == requete.contenu.get("motif")), None)
    if motif is None:
        raise DepotRefusedError(_without_motif(requete, offre, regles, lecture))
    champs = regles.champs(offre, motif)
    lot = check_pieces(requete.pieces, motif, regles, perimetre, recus)
    types_joints = [piece.type for piece in requete.pieces]
    for champ in champs:
        _read(champ, requete.contenu, regles, lecture, types_joints)
    _read_doublon(requete.contenu, regles, offre, lecture)
    _check_consentement(motif, lecture)
    _check_ame(motif, regles, lecture)
    lecture.fautes += lot.fautes
    justifiee = _check_sante(requete.contenu, regles, lecture, lot)
    if lecture.fautes:
        raise DepotRefusedError(_in_form_order(lecture.fautes, champs))
    return _verified(offre, motif, champs, lecture, lot, regles, perimetre, sante_justifiee=justifiee)


def _without_motif(requete: DepotRequest, offre: OffreRef, regles: Regles, lecture: _Lecture) -> tuple[FieldError, ...]:
    """Without a motif the rules of its files and its own fields are not known: it is asked for, with what the others lack (ux F03)."""
    champs = regles.champs(offre, None)
    lecture.refuse("motif", messages.ask_for_motif(offre.libelle_selecteur), "requis")
    for champ in champs:
        _read(champ, requete.contenu, regles, lecture, [])
    return _in_form_order(lecture.fautes, champs)


def _read(champ: Champ, contenu: Mapping[str, Valeur], regles: Regles, lecture: _Lecture, types_joints: list[str]) -> None:
    if champ.requis_si is not None and not _is_asked(champ.requis_si, contenu, types_joints):
        return
    try:
        valeur = check_champ(champ, contenu.get(champ.code), regles.instant, requis=champ.requis or champ.requis_si is not None)
    except ValeurRefusedError as error:
        lecture.refuse(champ.code, error.message, error.code)
        return
    if valeur is None:
        return
    lecture.valeurs[champ.code] = valeur
    if champ.type == "texte_long" and isinstance(valeur, str) and (mots := health_words(valeur)):
        lecture.sante[champ.code] = mots


def _is_asked(requis_si: tuple[str, str], contenu: Mapping[str, Valeur], types_joints: list[str]) -> bool:
    autre, attendu = requis_si
    if autre == "piece_jointe":
        return attendu in types_joints
    donnee = contenu.get(autre)
    return (str(donnee).lower() if isinstance(donnee, bool) else donnee) == attendu


def _read_doublon(contenu: Mapping[str, Valeur], regles: Regles, offre: OffreRef, lecture: _Lecture) -> None:
    """BU-5: the confirmation and its justification count only when the box is ticked."""
    confirme, justification = (regles.referentiel.champs[code] for code in _DOUBLON)
    if not offre.personne_concernee or is_missing(contenu.get(confirme.code)):
        return
    lecture.valeurs[confirme.code] = True
    try:
        texte = check_champ(justification, contenu.get(justification.code), regles.instant, requis=True)
    except ValeurRefusedError as error:
        lecture.refuse(justification.code, error.message, error.code)
        return
    lecture.valeurs[justification.code] = texte or ""
    if isinstance(texte, str) and (mots := health_words(texte)):
        lecture.sante[justification.code] = mots


def _check_consentement(motif: MotifRef, lecture: _Lecture) -> None:
    """RG-08 holds whatever fields the catalogue gives the motif: no referral without the whole declaration."""
    if _CONSENTEMENT in motif.drapeaux:
        for code in _DECLARATION:
            if code not in lecture.valeurs:
                lecture.refuse(code, messages.ask_for(code, code), "requis")


def _check_ame(motif: MotifRef, regles: Regles, lecture: _Lecture) -> None:
    """BU-7: a first AME application is refused with the way to follow, where the caisse does not take it."""
    refusee = _RENOUVELLEMENT_SEUL in motif.drapeaux and regles.referentiel.parametres.ame_premiere_demande == "refusee"
    if refusee and lecture.valeurs.get("nature_ame") == "premiere_demande":
        lecture.refuse("nature_ame", regles.referentiel.regles["BU-7"].texte, "premiere-demande")


def _check_sante(contenu: Mapping[str, Valeur], regles: Regles, lecture: _Lecture, lot: LotVerifie) -> bool:
    """RG-03: health words are removed or justified; returns whether they were justified. The justification is not kept."""
    sante = {**lecture.sante, **lot.sante}
    if not sante or regles.referentiel.parametres.garde_donnees_sante != _GARDE_ACTIVE:
        return False
    donnee = contenu.get(JUSTIFICATION_SANTE.code)
    if is_missing(donnee):
        for champ, mots in sante.items():
            lecture.refuse(champ, messages.health_found(mots), "donnees-sante")
        return False
    try:
        check_champ(JUSTIFICATION_SANTE, donnee, regles.instant, requis=True)
    except ValeurRefusedError as error:
        lecture.refuse(JUSTIFICATION_SANTE.code, error.message, error.code)
    return True


def _in_form_order(fautes: list[FieldError], champs: list[Champ]) -> tuple[FieldError, ...]:
    """Files stand before the comment; what answers a warning comes last (ux F01)."""
    codes = [code for champ in champs for code in ((CHAMP_PIECES, champ.code) if champ.code == _COMMENTAIRE else (champ.code,))]
    rangs = {code: rang for rang, code in enumerate(["motif", *codes, JUSTIFICATION_SANTE.code, *_DOUBLON])}
    return tuple(sorted(fautes, key=lambda faute: rangs.get(faute.champ.partition(".")[0], len(rangs))))


def _verified(
    offre: OffreRef,
    motif: MotifRef,
    champs: list[Champ],
    lecture: _Lecture,
    lot: LotVerifie,
    regles: Regles,
    perimetre: Perimetre,
    *,
    sante_justifiee: bool,
) -> DepotVerifie:
    valeurs = lecture.valeurs
    bloc = regles.referentiel.personne_concernee
    consentement = _consentement(motif, valeurs, regles, perimetre)
    hors_precisions = {*bloc, _COMMENTAIRE, CHAMP_PIECES, *_DOUBLON}
    precisions = {champ.code: valeurs[champ.code] for champ in champs if champ.code in valeurs and champ.code not in hors_precisions}
    return DepotVerifie(
        offre=offre,
        motif=motif,
        personne=PersonneConcernee.model_validate({code: valeurs[code] for code in bloc}) if offre.personne_concernee else None,
        commentaire=str(valeurs[_COMMENTAIRE]),
        precisions={code: valeur for code, valeur in precisions.items() if not (consentement and code.startswith("consentement_"))},
        consentement=consentement,
        pieces=lot.pieces,
        doublon_confirme=bool(valeurs.get(_DOUBLON[0], False)),
        doublon_justification=str(valeurs.get(_DOUBLON[1], "")),
        sante_justifiee=sante_justifiee,
    )


def _consentement(motif: MotifRef, valeurs: Mapping[str, Valeur], regles: Regles, perimetre: Perimetre) -> ConsentementMas | None:
    """RG-08: who consented, when, before whom, and the version of the text that was on the screen (domain §4)."""
    if _CONSENTEMENT not in motif.drapeaux:
        return None
    return ConsentementMas.model_validate(
        {
            "donne_par": valeurs["consentement_donne_par"],
            "recueilli_par": str(perimetre.acteur_id),
            "recueilli_le": valeurs["consentement_recueilli_le"],
            "declare_le": regles.now,
            "version_texte": regles.referentiel.textes[_TEXTE_CONSENTEMENT].version,
        }
    )
