"""The rules that judge a filing: the caisse's reference data in force at its instant, and the structure as the caisse knows it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from services.intake.domain.acces import Acces, Droits, MotifOffert, OffreOuverte, decide_acces
from services.intake.domain.errors import OffreNotFoundError
from services.intake.operations.check_champ import Instant
from shared.contracts.reference import Champ, MotifRef, OffreRef, ReferentielCaisse, StructureRef
from shared.kernel.identifiers import CaisseCode, StructureId
from shared.plumbing.database import AsyncSession
from shared.plumbing.reference import ReferenceReader

# The field of the soft block on health data: a rule of intake, not of the catalogue (domain RG-03).
JUSTIFICATION_SANTE: Final = Champ(
    code="justification_sante",
    libelle="Pourquoi cette donnée de santé est nécessaire",
    type="texte",
    min=10,
    max=500,
    requis_si=("avertissement", "donnees_sante"),
)
_BLOC_PERSONNE: Final = "personne_concernee"
_AFTER_PRECISIONS: Final = ("pieces_jointes", "commentaire")


@dataclass(frozen=True, slots=True)
class Regles:
    """What holds for one structure of one caisse at one instant."""

    referentiel: ReferentielCaisse
    structure: StructureRef
    now: datetime

    @property
    def jour(self) -> date:
        """The local day of the caisse."""
        return self.now.astimezone(ZoneInfo(self.referentiel.parametres.fuseau)).date()

    @property
    def instant(self) -> Instant:
        """When fields are judged."""
        return Instant(now=self.now, jour=self.jour, fuseau=self.referentiel.parametres.fuseau)

    def offre(self, code: str) -> OffreRef:
        """The offre of this caisse. Raises: OffreNotFoundError."""
        offre = self.referentiel.offre(code)
        if offre is None:
            raise OffreNotFoundError(code)
        return offre

    def acces(self, offre: OffreRef) -> Acces:
        """What the structure may file under this offre today."""
        parametres = self.referentiel.parametres
        ouverte = OffreOuverte(
            ouvert_du=offre.ouvert_du,
            ouvert_au=offre.ouvert_au,
            acces=getattr(parametres, offre.acces_parametre, None) if offre.acces_parametre else None,
            acces_habilitation=offre.acces_habilitation,
            motifs=tuple(_motif_offert(motif) for motif in offre.motifs),
        )
        return decide_acces(ouverte, self._droits(), jour=self.jour, formation_mas_requise=parametres.formation_mas_requise)

    def motifs(self, offre: OffreRef) -> list[MotifRef]:
        """The motifs the structure may choose, in the order of the drop-down."""
        ouverts = self.acces(offre).motifs
        return [motif for motif in offre.motifs if motif.code in ouverts]

    def champs(self, offre: OffreRef, motif: MotifRef | None) -> list[Champ]:
        """The fields of this form, in its order: the motif's own, if any, before files and comment; the motif itself left out."""
        codes: list[str] = []
        for code in offre.champs:
            if code in _AFTER_PRECISIONS:
                codes += [precision for precision in (motif.champs if motif else []) if precision not in _AFTER_PRECISIONS]
            codes += self.referentiel.personne_concernee if code == _BLOC_PERSONNE else [code]
        uniques = [code for code in dict.fromkeys(codes) if code not in {"motif", "pieces_jointes"}]
        return [self.referentiel.champs[code] for code in uniques]

    def _droits(self) -> Droits:
        habilitations = self.structure.habilitations
        tenues = frozenset(habilitation.code for habilitation in habilitations if habilitation.retiree_le is None)
        return Droits(
            convention=self.structure.convention_statut,
            tenues=tenues,
            retirees=frozenset(habilitation.code for habilitation in habilitations) - tenues,
            formee_mas=self.structure.formee_mas,
        )


async def read_regles(
    session: AsyncSession, caisse_code: CaisseCode, structure_id: StructureId, reference: ReferenceReader, *, now: datetime
) -> Regles:
    """Raises: DependencyUnavailableError while the read copies have not arrived."""
    referentiel = await reference.referentiel(session, caisse_code, at=now)
    structure = await reference.structure(session, caisse_code, structure_id)
    return Regles(referentiel, structure, now)


def _motif_offert(motif: MotifRef) -> MotifOffert:
    return MotifOffert(
        code=motif.code,
        habilitation=motif.habilitation,
        suffisantes=tuple(motif.habilitations_suffisantes),
        ouvert_du=motif.ouvert_du,
        ouvert_au=motif.ouvert_au,
    )
