"""The 187 structures of the Var with access (domain §2.3), and who works there: all invented, the same each time."""

import random
from dataclasses import dataclass
from uuid import UUID, uuid5

from faker import Faker

from shared.kernel.identifiers import CompteId, StructureId

TOTAL = 187
GRAINE = 2025
_NAMESPACE = UUID("9d0a7c0e-6c1c-4a37-8a54-0f8f6a1b2831")

# type: (how many besides the demonstration's own, part that files nothing, weight of activity, name)
_TYPES: dict[str, tuple[int, float, int, str]] = {
    "ccas": (51, 0.65, 3, "CCAS de {ville}"),
    "etablissement_sante": (14, 0.0, 30, "Centre hospitalier de {ville}"),
    "cmp": (8, 0.1, 8, "Centre médico-psychologique de {ville}"),
    "usmp": (2, 0.0, 20, "Unité sanitaire de {ville}"),
    "pjj": (5, 0.2, 4, "Unité éducative de {ville}"),
    "prevention_specialisee": (5, 0.2, 4, "Prévention spécialisée de {ville}"),
    "aide_victimes": (3, 0.3, 2, "Aide aux victimes de {ville}"),
    "ecole_2e_chance": (2, 0.0, 3, "École de la 2e chance de {ville}"),
    "asile_refugies": (4, 0.0, 40, "Accueil des réfugiés de {ville}"),
    "hebergement_insertion": (16, 0.1, 14, "Foyer d'hébergement de {ville}"),
    "bailleur_social": (4, 0.5, 2, "Bailleur social de {ville}"),
    "mission_locale": (5, 0.2, 5, "Mission locale de {ville}"),
    "reseau_sante_precarite": (3, 0.0, 15, "Réseau santé précarité de {ville}"),
    "mandataire_judiciaire": (14, 0.1, 10, "Mandataire judiciaire de {ville}"),
    "service_tutelle_curatelle": (9, 0.0, 35, "Service de tutelle de {ville}"),
    "ase": (8, 0.1, 12, "Aide sociale à l'enfance de {ville}"),
    "cpts": (5, 0.8, 1, "CPTS de {ville}"),
    "france_travail": (4, 0.5, 2, "France Travail, agence de {ville}"),
    "association_caritative": (8, 0.75, 2, "Association solidaire de {ville}"),
    "maison_de_services": (6, 0.5, 2, "Maison de services de {ville}"),
}
_MANDATAIRES = frozenset({"mandataire_judiciaire", "service_tutelle_curatelle", "ase"})


@dataclass(frozen=True, slots=True)
class Personnel:
    """Somebody who files, or who answers."""

    compte_id: CompteId
    courriel: str
    nom: str
    prenom: str

    @property
    def affichage(self) -> str:
        """As shown beside acts: "NOM Prénom"."""
        return f"{self.nom} {self.prenom}"


@dataclass(frozen=True, slots=True)
class StructureVar:
    """An invented structure with its techniciens; `poids` 0: it files nothing."""

    structure_id: StructureId
    nom: str
    type_structure: str
    effectif: int
    poids: int
    techniciens: tuple[Personnel, ...]

    @property
    def is_mandataire(self) -> bool:
        """Whether it acts by law for the people it follows: it asks for documents."""
        return self.type_structure in _MANDATAIRES


def generate_structures() -> list[StructureVar]:
    """The structures besides those of the demonstration, always the same."""
    hasard, faux = random.Random(GRAINE), Faker("fr_FR")  # noqa: S311  invented data, reproducible on purpose
    faux.seed_instance(GRAINE)
    structures: list[StructureVar] = []
    for type_structure, (nombre, dormantes, poids, modele) in _TYPES.items():
        for rang in range(nombre):
            cle = f"{type_structure}-{rang}"
            dort = rang >= nombre * (1 - dormantes)
            structures.append(
                StructureVar(
                    structure_id=StructureId(uuid5(_NAMESPACE, cle)),
                    nom=modele.format(ville=f"{faux.unique.last_name()}-ville"),
                    type_structure=type_structure,
                    effectif=hasard.randint(2, 60),
                    poids=0 if dort else max(1, round(poids * hasard.uniform(0.4, 1.8))),
                    techniciens=tuple(_personnel(faux, f"{cle}-{n}") for n in range(hasard.randint(1, 3))),
                )
            )
    return structures


def generate_agents(nombre: int = 8) -> list[Personnel]:
    """Those who answered at the caisse."""
    faux = Faker("fr_FR")
    faux.seed_instance(GRAINE + 1)
    return [_personnel(faux, f"agent-{rang}") for rang in range(nombre)]


def _personnel(faux: Faker, cle: str) -> Personnel:
    return Personnel(
        compte_id=CompteId(uuid5(_NAMESPACE, f"compte-{cle}")),
        courriel=f"{cle.replace('_', '-')}@var.exemple.fr",
        nom=faux.last_name().upper(),
        prenom=faux.first_name(),
    )
