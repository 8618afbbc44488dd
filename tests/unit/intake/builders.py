"""Valid forms and rules of intake: a test names only what matters to it. People are invented."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from services.directory.operations.compile_referentiel import compile_referentiel
from services.directory.operations.read_catalogue import read_catalogue
from services.intake.operations.check_champ import Valeur
from services.intake.operations.regles import Regles
from shared.contracts.http.attachment import ContenuRecu
from shared.contracts.http.intake import DepotRequest, PieceJointeRequest
from shared.contracts.perimetre import Perimetre, Role
from shared.contracts.reference import Habilitation, Parametres, ReferentielCaisse, StructureRef
from shared.kernel.errors import RuleError
from shared.kernel.identifiers import CaisseCode, CompteId, StructureId

MARDI = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
VAR, LOIR_ET_CHER = CaisseCode("831"), CaisseCode("411")
STRUCTURE = StructureId(UUID(int=7))
COMPTE = CompteId(UUID(int=42))
_CATALOGUE = read_catalogue()


def un_referentiel(caisse: CaisseCode = VAR, **parametres: object) -> ReferentielCaisse:
    referentiel = compile_referentiel(_CATALOGUE, caisse, version=1, en_vigueur_le=datetime(2026, 1, 1, tzinfo=UTC))
    valeurs = referentiel.parametres.model_dump() | parametres
    return referentiel.model_copy(update={"parametres": Parametres.model_validate(valeurs)})


def une_structure(
    *,
    caisse: CaisseCode = VAR,
    convention: str = "active",
    habilitations: tuple[str, ...] = (),
    retirees: tuple[str, ...] = (),
    formee_mas: bool = False,
    structure_id: StructureId = STRUCTURE,
) -> StructureRef:
    tenues = [Habilitation(code=code, accordee_le=MARDI) for code in habilitations]
    return StructureRef(
        structure_id=structure_id,
        caisse_code=caisse,
        nom="CCAS de Villeneuve-les-Pins",
        type_structure="ccas",
        convention_statut=convention,
        formee_mas=formee_mas,
        habilitations=[*tenues, *(Habilitation(code=code, accordee_le=MARDI, retiree_le=MARDI) for code in retirees)],
        version=1,
    )


def des_regles(referentiel: ReferentielCaisse | None = None, structure: StructureRef | None = None, now: datetime = MARDI) -> Regles:
    return Regles(referentiel or un_referentiel(), structure or une_structure(), now)


def un_perimetre(
    *,
    role: Role = Role.TECHNICIEN,
    caisse: CaisseCode = VAR,
    structure_id: StructureId | None = STRUCTURE,
    compte_id: CompteId = COMPTE,
) -> Perimetre:
    return Perimetre(caisse_code=caisse, role=role, compte_id=compte_id, structure_id=structure_id, nom="EXEMPLE Anne")


UNE_PERSONNE: dict[str, Valeur] = {
    "civilite": "madame",
    "nom": "Fictive",
    "prenom": "Jeanne",
    "date_naissance": "10/10/1971",
    "lieu_naissance": "44",
    "telephone": "07.00.00.00.00",
}


def un_contenu(motif: str = "dossier_c2s", /, **champs: Valeur) -> dict[str, Valeur]:
    """A valid form of `transmettre_suivre_dossier`; give the motif's own fields besides."""
    return {"motif": motif, **UNE_PERSONNE, "commentaire": "Dossier complet, en attente de votre retour.", **champs}


def un_depot(
    offre: str = "transmettre_suivre_dossier", contenu: dict[str, Valeur] | None = None, pieces: list[PieceJointeRequest] | None = None
) -> DepotRequest:
    return DepotRequest(offre=offre, contenu=contenu or un_contenu(), pieces=pieces or [])


def une_saisine(**champs: Valeur) -> DepotRequest:
    """A valid MAS referral."""
    declaration: dict[str, Valeur] = {
        "consentement_oral": True,
        "consentement_donne_par": "assure",
        "consentement_recueilli_le": "2026-03-02T15:30",
    }
    return un_depot("signaler_difficulte", un_contenu("saisine_mas", **{**declaration, **champs}))


class FauxRecus:
    """Receipts as a dictionary: what attachment signed in this test."""

    def __init__(self, structure: UUID = STRUCTURE, caisse: CaisseCode = VAR) -> None:
        self._signes: dict[str, ContenuRecu] = {}
        self._de = {"structure": structure, "caisse": caisse}

    def read(self, signed: str, kind: type[ContenuRecu], *, now: datetime) -> ContenuRecu:
        del kind, now
        if signed not in self._signes:
            raise RuleError("Ce reçu de fichier n'est pas valable\u00a0: joignez le fichier à nouveau.")
        return self._signes[signed]

    def piece(
        self,
        type_piece: str = "formulaire",
        *,
        justification: str = "",
        format_piece: str = "pdf",
        taille_octets: int = 1_000,
        **de: object,
    ) -> PieceJointeRequest:
        """A file that attachment took, with the type the partner gives it; `structure` and `caisse` when they are others'."""
        recu = f"recu-{len(self._signes)}"
        self._signes[recu] = ContenuRecu.model_validate(
            {
                "id": uuid4(),
                "nom": f"piece{len(self._signes)}.{format_piece}",
                "taille_octets": taille_octets,
                "sha256": "0" * 64,
                "format": format_piece,
                "compte": COMPTE,
                **self._de,
                **de,
            }
        )
        return PieceJointeRequest(recu=recu, type=type_piece, justification=justification)


DEMAIN = MARDI + timedelta(days=1)
