"""Tables of case: every one holds tenants, with row-level security forced.

The demande is one row: what lists sort and filter by has its column, what only the domain reads back is JSON written and read by
demandes.py. `suivi` is what one account keeps about a demande (star, last reading); `verdict` holds verdicts that came before the
demande they belong to.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, DateTime, Identity, Index, Integer, MetaData, String, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_NAMES = {
    "ix": "%(table_name)s_%(column_0_N_name)s",
    "uq": "%(table_name)s_%(column_0_N_name)s_unique",
    "ck": "%(table_name)s_%(constraint_name)s",
    "pk": "%(table_name)s_pkey",
}
TENANT_TABLES = ("demande", "message", "piece_jointe", "journal", "suivi", "operation", "verdict")  # of the first migration
NUMERO = String(10)
CAISSE = String(3)
_NON_RESOLUE = text("sous_etat <> 'resolu'")


class Base(DeclarativeBase):
    """The metadata of case."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {
        datetime: DateTime(timezone=True),
        dict[str, object]: JSONB(none_as_null=True),
        dict[str, str]: JSONB(none_as_null=True),
        list[str]: ARRAY(String(120)),
        list[int]: ARRAY(Integer),
    }


class DemandeRow(Base):
    """A demande after filing. `echeance_file`: the net deadline the queue sorts by, none while the partner is awaited."""

    __tablename__ = "demande"
    numero: Mapped[str] = mapped_column(NUMERO, primary_key=True)
    caisse_code: Mapped[str] = mapped_column(CAISSE)
    structure_id: Mapped[UUID]
    structure_nom: Mapped[str] = mapped_column(String(200))
    demandeur_id: Mapped[UUID]
    demandeur_nom: Mapped[str] = mapped_column(String(200))
    deposee_le: Mapped[datetime]
    ouverte_le: Mapped[datetime]
    offre: Mapped[str] = mapped_column(String(40))
    offre_libelle: Mapped[str] = mapped_column(String(200))
    motif: Mapped[str] = mapped_column(String(40))
    motif_libelle: Mapped[str] = mapped_column(String(200))
    file_attente: Mapped[str] = mapped_column(String(20))
    priorite: Mapped[int]
    drapeaux: Mapped[list[str]]
    personne_requise: Mapped[bool]
    referentiel_version: Mapped[int] = mapped_column(BigInteger)
    personne: Mapped[dict[str, str] | None]
    personne_cle: Mapped[str | None] = mapped_column(String(64))
    precisions: Mapped[dict[str, object]]
    doublon_justification: Mapped[str] = mapped_column(Text)
    sous_etat: Mapped[str] = mapped_column(String(20))
    statut: Mapped[str] = mapped_column(String(20))
    statut_modifie_le: Mapped[datetime]
    derniere_activite_le: Mapped[datetime]
    dernier_cote: Mapped[str] = mapped_column(String(2))
    message_caisse_le: Mapped[datetime | None]
    agent_id: Mapped[UUID | None]
    agent_nom: Mapped[str] = mapped_column(String(200))
    pris_en_charge_le: Mapped[datetime | None]
    attente_depuis: Mapped[datetime | None]
    resolu_le: Mapped[datetime | None]
    issue: Mapped[str | None] = mapped_column(String(40))
    echeance_file: Mapped[datetime | None]
    escalade: Mapped[int]
    nb_pieces: Mapped[int]
    piece_ecartee: Mapped[bool]
    rouverte: Mapped[bool]
    horloges: Mapped[dict[str, object]]
    echeances: Mapped[dict[str, str]]
    franchies: Mapped[dict[str, str]]
    escalades_pct: Mapped[list[int]]
    saisine: Mapped[dict[str, object] | None]
    attestation: Mapped[dict[str, object] | None]
    suspendu: Mapped[bool] = mapped_column(Boolean)
    etapes_ignorees: Mapped[list[str]]
    version: Mapped[int] = mapped_column(BigInteger)
    version_fil: Mapped[int]
    version_servie: Mapped[int] = mapped_column(BigInteger, default=0)
    bougee_le: Mapped[datetime]
    rappel_processus_le: Mapped[datetime | None]
    recherche: Mapped[str] = mapped_column(TSVECTOR)
    __table_args__ = (
        Index("demande_historique", "caisse_code", "structure_id", "deposee_le"),
        Index("demande_file", "caisse_code", "file_attente", "sous_etat", "echeance_file", postgresql_where=_NON_RESOLUE),
        Index("demande_agent", "caisse_code", "agent_id", postgresql_where=_NON_RESOLUE),
        Index("demande_caisse_depot", "caisse_code", "deposee_le"),
        Index("demande_personne", "caisse_code", "personne_cle", postgresql_where=_NON_RESOLUE),
        Index("demande_a_rappeler", "caisse_code", "rappel_processus_le", postgresql_where=text("rappel_processus_le IS NOT NULL")),
    )


class MotRow(Base):
    """A word a demande is found by, kept by a trigger from its `recherche`.

    Row-level security lets an index serve leakproof operators only: the comparison of texts is one, the match of a text search is not.
    """

    __tablename__ = "mot"
    caisse_code: Mapped[str] = mapped_column(CAISSE, primary_key=True)
    mot: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    numero: Mapped[str] = mapped_column(NUMERO, primary_key=True)
    structure_id: Mapped[UUID]
    __table_args__ = (Index("mot_demande", "caisse_code", "numero"),)


class MessageRow(Base):
    """A message; `caviarde_le`: its text was replaced, the original is destroyed."""

    __tablename__ = "message"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    caisse_code: Mapped[str] = mapped_column(CAISSE)
    structure_id: Mapped[UUID]
    numero: Mapped[str] = mapped_column(NUMERO)
    cote: Mapped[str] = mapped_column(String(2))
    genre: Mapped[str] = mapped_column(String(20))
    auteur_id: Mapped[UUID | None]
    auteur_nom: Mapped[str] = mapped_column(String(200))
    texte: Mapped[str] = mapped_column(Text)
    envoye_le: Mapped[datetime]
    caviarde_le: Mapped[datetime | None]
    __table_args__ = (Index("message_fil", "caisse_code", "numero", "envoye_le"),)


class PieceJointeRow(Base):
    """A file of a message: never its bytes."""

    __tablename__ = "piece_jointe"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    caisse_code: Mapped[str] = mapped_column(CAISSE)
    structure_id: Mapped[UUID]
    numero: Mapped[str] = mapped_column(NUMERO)
    message_id: Mapped[UUID]
    rang: Mapped[int]
    sens: Mapped[str] = mapped_column(String(10))
    nom: Mapped[str] = mapped_column(String(255))
    taille_octets: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    type: Mapped[str] = mapped_column(String(40))
    justification: Mapped[str] = mapped_column(String(200))
    hors_liste: Mapped[bool]
    etat: Mapped[str] = mapped_column(String(20))
    raison: Mapped[str] = mapped_column(String(80))
    mise_a_disposition_le: Mapped[datetime | None]
    rappel_le: Mapped[datetime | None]
    echeance_telechargement: Mapped[datetime | None]
    telechargee_le: Mapped[datetime | None]
    detruite_le: Mapped[datetime | None]
    __table_args__ = (
        Index("piece_jointe_demande", "caisse_code", "numero", "rang"),
        Index(
            "piece_jointe_recue",
            "caisse_code",
            "structure_id",
            "echeance_telechargement",
            postgresql_where=text("echeance_telechargement IS NOT NULL"),
        ),
    )


class JournalRow(Base):
    """The history of a demande that agents read: who did what."""

    __tablename__ = "journal"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    caisse_code: Mapped[str] = mapped_column(CAISSE)
    structure_id: Mapped[UUID]
    numero: Mapped[str] = mapped_column(NUMERO)
    survenu_le: Mapped[datetime]
    acteur: Mapped[str] = mapped_column(String(200))
    acte: Mapped[str] = mapped_column(String(60))
    detail: Mapped[str] = mapped_column(String(400))
    __table_args__ = (Index("journal_demande", "caisse_code", "numero", "id"),)


class SuiviRow(Base):
    """What one partner's account keeps about a demande."""

    __tablename__ = "suivi"
    compte_id: Mapped[UUID] = mapped_column(primary_key=True)
    numero: Mapped[str] = mapped_column(NUMERO, primary_key=True)
    caisse_code: Mapped[str] = mapped_column(CAISSE)
    structure_id: Mapped[UUID]
    suivie: Mapped[bool] = mapped_column(Boolean, default=False)
    lu_le: Mapped[datetime | None]


class OperationRow(Base):
    """An operator's act on the process. `cle_effet`: recorded once."""

    __tablename__ = "operation"
    cle_effet: Mapped[str] = mapped_column(String(255), primary_key=True)
    caisse_code: Mapped[str] = mapped_column(CAISSE)
    structure_id: Mapped[UUID]
    numero: Mapped[str] = mapped_column(NUMERO)
    type: Mapped[str] = mapped_column(String(40))
    operateur: Mapped[str] = mapped_column(String(200))
    motif: Mapped[str] = mapped_column(Text)
    cle: Mapped[str | None] = mapped_column(String(120))
    echue_le: Mapped[datetime | None]
    enregistree_le: Mapped[datetime]
    __table_args__ = (Index("operation_demande", "caisse_code", "numero"),)


class VerdictRow(Base):
    """A verdict of a file that no demande holds yet."""

    __tablename__ = "verdict"
    piece_jointe_id: Mapped[UUID] = mapped_column(primary_key=True)
    caisse_code: Mapped[str] = mapped_column(CAISSE)
    structure_id: Mapped[UUID | None]
    etat: Mapped[str] = mapped_column(String(20))
    raison: Mapped[str] = mapped_column(String(80))
    survenue_le: Mapped[datetime]
