"""What a structure may file today, and the form of one offre."""

from services.intake.domain.pays import PAYS
from services.intake.domain.procuration import oldest_procuration
from services.intake.operations.droits import Acte, check_right
from services.intake.operations.regles import JUSTIFICATION_SANTE, Regles, read_regles
from shared.contracts.http.intake import FormulaireVue, OffresVue, OffreVue
from shared.contracts.perimetre import Perimetre
from shared.kernel.clock import Clock
from shared.plumbing.database import AsyncSession
from shared.plumbing.reference import ReferenceReader


async def list_offres(session: AsyncSession, *, perimetre: Perimetre, reference: ReferenceReader, clock: Clock) -> OffresVue:
    """The offres of the caisse, in the order of the catalogue; closed ones with the reason."""
    structure_id = check_right(perimetre, Acte.READ_OFFRES)
    regles = await read_regles(session, perimetre.caisse_code, structure_id, reference, now=clock.now())
    return OffresVue(
        caisse_code=perimetre.caisse_code,
        caisse_libelle=regles.referentiel.libelle,
        offres=[
            OffreVue(
                code=offre.code, libelle=offre.libelle, description=offre.description, disponible=acces.disponible, raison=acces.raison
            )
            for offre in regles.referentiel.offres
            for acces in (regles.acces(offre),)
        ],
    )


async def show_formulaire(
    session: AsyncSession, offre: str, *, perimetre: Perimetre, reference: ReferenceReader, clock: Clock
) -> FormulaireVue:
    """Everything needed to show the form of one offre. Raises: OffreNotFoundError."""
    structure_id = check_right(perimetre, Acte.READ_OFFRES)
    regles = await read_regles(session, perimetre.caisse_code, structure_id, reference, now=clock.now())
    return build_formulaire(offre, regles)


def build_formulaire(code: str, regles: Regles) -> FormulaireVue:
    """The form as today's rules draw it. Raises: OffreNotFoundError."""
    offre, referentiel = regles.offre(code), regles.referentiel
    acces = regles.acces(offre)
    return FormulaireVue(
        offre=offre,
        motifs=regles.motifs(offre),
        champs={**referentiel.champs, JUSTIFICATION_SANTE.code: JUSTIFICATION_SANTE},
        personne_concernee=referentiel.personne_concernee,
        types_pieces=referentiel.types_pieces,
        regles=referentiel.regles,
        textes=referentiel.textes,
        formats_autorises=referentiel.parametres.formats_autorises,
        max_fichiers=referentiel.parametres.max_fichiers,
        max_octets=referentiel.parametres.max_octets,
        pays=list(PAYS),
        procuration_validite_mois=referentiel.parametres.procuration_validite_mois,
        procuration_depuis=oldest_procuration(regles.jour, referentiel.parametres.procuration_validite_mois),
        disponible=acces.disponible,
        raison=acces.raison,
    )
