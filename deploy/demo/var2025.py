"""The Var's demandes, invented one by one so that their numbers by month and offre are those of the printed table (domain §8).

Same seed, same people, same instants: opening days of the caisse only, taken in charge and resolved along its calendar.
"""

import csv
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
import yaml
from faker import Faker
from pydantic import BaseModel

from deploy.demo.var_structures import GRAINE, Personnel, StructureVar, generate_agents, generate_structures
from services.case.domain.calendrier import Calendrier, Plage
from services.case.domain.delais import Delai
from shared.contracts.depots import ConsentementMas, Depot, PersonneConcernee
from shared.contracts.reference import ReferentielCaisse

CAISSE = "831"
_FOLDER = Path(__file__).parent
_PARIS = ZoneInfo("Europe/Paris")
_PLAGE = Plage(time(8, 30), time(17, 0))
_PART_EN_RETARD = 0.06
_DEPARTEMENTS = ("83", "83", "83", "83", "13", "06", "84", "2A", "75", "69", "59", "971")


class TextesMotif(BaseModel):
    """How often a motif is chosen within its offre, and its words."""

    poids: int
    commentaires: list[str]
    reponses: list[str]


@dataclass(frozen=True, slots=True)
class DemandeVar:
    """A demande that lived its whole life: filed, taken in charge, resolved."""

    depot: Depot
    agent: Personnel
    prise_en_charge_le: datetime
    resolue_le: datetime
    reponse: str


def read_volumes(annee: int) -> dict[tuple[str, int], int]:
    """How many demandes by offre and month; the printed total, which is wrong for 2025, is not read."""
    with (_FOLDER / "volumes_var.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["annee"] == str(annee) and row["offre"] != "TOTAL"]
    return {(row["offre"], mois): int(row[f"{mois:02d}"] or 0) for row in rows for mois in range(1, 13)}


def build_calendrier() -> Calendrier:
    """The calendar of the Var: weekdays, half past eight to five, public holidays of metropolitan France."""
    return Calendrier(fuseau=_PARIS, plages=dict.fromkeys(range(1, 6), _PLAGE), jours_feries=_jours_feries, fermetures=frozenset())


def generate_annee(annee: int, referentiel: ReferentielCaisse) -> list[DemandeVar]:
    """Every demande of the year, ordered and numbered by the instant of filing."""
    return _Annee(annee, referentiel).generate()


class _Annee:
    """One year in the making: the hazard, the people, the calendar."""

    def __init__(self, annee: int, referentiel: ReferentielCaisse) -> None:
        self._annee, self._referentiel = annee, referentiel
        self._hasard = random.Random(GRAINE * 10_000 + annee)  # noqa: S311  invented data, reproducible on purpose
        self._calendrier = build_calendrier()
        self._structures = [structure for structure in generate_structures() if structure.poids]
        self._agents = generate_agents()
        self._textes = _read_textes()
        self._personnes = _Personnes(annee)
        self._delais = {
            motif.code: (Delai.parse(motif.sla.pec), Delai.parse(motif.sla.res)) for offre in referentiel.offres for motif in offre.motifs
        }

    def generate(self) -> list[DemandeVar]:
        """The year."""
        depots = sorted(self._instants(), key=lambda depot: depot[0])
        return [self._demande(rang, instant, offre) for rang, (instant, offre) in enumerate(depots, start=1)]

    def _instants(self) -> Iterator[tuple[datetime, str]]:
        for (offre, mois), nombre in read_volumes(self._annee).items():
            jours = self._jours_ouvres(offre, mois)
            for _ in range(nombre):
                jour = self._hasard.choice(jours)
                seconde = self._hasard.randrange(8 * 3600 + 30 * 60, 17 * 3600)
                local = datetime.combine(jour, time(), _PARIS) + timedelta(seconds=seconde)
                yield local.astimezone(UTC), offre

    def _jours_ouvres(self, offre: str, mois: int) -> list[date]:
        """Opening days of the month on which the offre is open in the Var (from mid-December 2024 for three of them)."""
        ouverte = self._referentiel.offre(offre)
        debut = ouverte.ouvert_du if ouverte else None
        jours = (date(self._annee, mois, 1) + timedelta(days=rang) for rang in range(31))
        return [jour for jour in jours if jour.month == mois and self._calendrier.is_jour_ouvre(jour) and (debut is None or jour >= debut)]

    def _demande(self, rang: int, deposee_le: datetime, offre: str) -> DemandeVar:
        motifs = self._textes[offre]
        motif = self._hasard.choices(list(motifs), [texte.poids for texte in motifs.values()])[0]
        structure = self._structure(offre)
        demandeur = self._hasard.choice(structure.techniciens)
        prise_en_charge_le, resolue_le = self._vie(motif, deposee_le)
        depot = Depot(
            numero=f"{self._annee % 100:02d}{CAISSE}{rang:05d}",
            caisse_code=CAISSE,
            structure_id=str(structure.structure_id),
            demandeur_id=str(demandeur.compte_id),
            demandeur_nom=demandeur.affichage,
            deposee_le=deposee_le,
            offre=offre,
            motif=motif,
            referentiel_version=self._referentiel.version,
            personne=None if offre == "contacter_organisme" else self._personnes.une(),
            commentaire=self._hasard.choice(motifs[motif].commentaires),
            precisions=_precisions(offre, motif),
            consentement=_consentement(demandeur, deposee_le) if motif == "saisine_mas" else None,
        )
        return DemandeVar(
            depot=depot,
            agent=self._hasard.choice(self._agents),
            prise_en_charge_le=prise_en_charge_le,
            resolue_le=resolue_le,
            reponse=self._hasard.choice(motifs[motif].reponses),
        )

    def _structure(self, offre: str) -> StructureVar:
        """Documents are asked mostly by those who act by law for the person."""
        poids = [structure.poids * (6 if offre == "demander_document" and structure.is_mandataire else 1) for structure in self._structures]
        return self._hasard.choices(self._structures, poids)[0]

    def _vie(self, motif: str, deposee_le: datetime) -> tuple[datetime, datetime]:
        """When it was taken in charge and resolved, along the calendar: a small part is late, as in life."""
        pec, res = self._delais[motif]
        total = self._ouverture(deposee_le, res.due(deposee_le, self._calendrier))
        retard = self._hasard.random() < _PART_EN_RETARD
        duree = total * (self._hasard.uniform(1.05, 1.6) if retard else min(0.97, self._hasard.betavariate(1.6, 3.0)))
        attente = min(duree, self._ouverture(deposee_le, pec.due(deposee_le, self._calendrier)))
        part = self._hasard.uniform(0.05, 0.85)
        prise_en_charge_le = self._calendrier.add_ouverture(deposee_le, attente * part)
        resolue_le = self._calendrier.add_ouverture(deposee_le, max(duree, attente * part + timedelta(minutes=4)))
        return _second(prise_en_charge_le), _second(resolue_le)

    def _ouverture(self, debut: datetime, fin: datetime) -> timedelta:
        return self._calendrier.ouverture_between(debut, fin)


class _Personnes:
    """Insured people who exist nowhere: names by Faker, telephones of the range kept for fiction."""

    def __init__(self, annee: int) -> None:
        faux = Faker("fr_FR")
        faux.seed_instance(GRAINE * 100 + annee)
        self._hasard = random.Random(GRAINE * 100 + annee)  # noqa: S311  invented data, reproducible on purpose
        self._noms = [faux.last_name().upper() for _ in range(600)]
        self._prenoms = {
            "madame": [faux.first_name_female() for _ in range(300)],
            "monsieur": [faux.first_name_male() for _ in range(300)],
        }

    def une(self) -> PersonneConcernee:
        """One more person."""
        civilite = self._hasard.choice(("madame", "monsieur"))
        naissance = date(1930, 1, 1) + timedelta(days=self._hasard.randrange(76 * 365))
        return PersonneConcernee(
            civilite=civilite,
            nom=self._hasard.choice(self._noms),
            prenom=self._hasard.choice(self._prenoms[civilite]),
            date_naissance=naissance.strftime("%d/%m/%Y"),
            lieu_naissance=self._hasard.choice(_DEPARTEMENTS),
            telephone=f"+3363998{self._hasard.randrange(10_000):04d}",
        )


def _precisions(offre: str, motif: str) -> dict[str, str | bool | list[str]]:
    """The motif's own fields."""
    if offre == "demander_rdv_assure":
        return {"assure_non_autonome": True, "assure_sans_compte_ameli": True}
    if offre == "contacter_organisme":
        return {"modalite_rdv": "telephonique_visio"}
    if motif == "dossier_ame":
        return {"nature_ame": "renouvellement"}
    if motif == "doc_attestation_droits":
        return {"compte_ameli": "aucun", "qualite_partenaire": "sans_mandat"}
    return {}


def _consentement(demandeur: Personnel, deposee_le: datetime) -> ConsentementMas:
    return ConsentementMas(
        donne_par="assure",
        recueilli_par=str(demandeur.compte_id),
        recueilli_le=deposee_le - timedelta(minutes=10),
        declare_le=deposee_le,
        version_texte=1,
    )


def _read_textes() -> Mapping[str, Mapping[str, TextesMotif]]:
    contenu = yaml.safe_load((_FOLDER / "var_textes.yaml").read_text(encoding="utf-8"))
    return {offre: {motif: TextesMotif.model_validate(texte) for motif, texte in motifs.items()} for offre, motifs in contenu.items()}


@cache
def _jours_feries(annee: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("FR", years=annee))


def _second(instant: datetime) -> datetime:
    """Acts of people are told to the second."""
    return instant.replace(microsecond=0)


def count_by_cell(demandes: Sequence[DemandeVar]) -> dict[tuple[str, int], int]:
    """How many by offre and local month."""
    counts: dict[tuple[str, int], int] = {}
    for demande in demandes:
        cell = (demande.depot.offre, demande.depot.deposee_le.astimezone(_PARIS).month)
        counts[cell] = counts.get(cell, 0) + 1
    return counts
