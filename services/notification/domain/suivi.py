"""Who is concerned by a demande: what facts of files and deadlines do not say, kept from the facts that did."""

from dataclasses import dataclass

from shared.kernel.identifiers import CompteId, NumeroDemande, StructureId


@dataclass(frozen=True, slots=True, kw_only=True)
class Suivi:
    """The two ends of a demande. `agent_id` is None until somebody takes it in charge."""

    numero: NumeroDemande
    structure_id: StructureId
    demandeur_id: CompteId
    agent_id: CompteId | None = None
