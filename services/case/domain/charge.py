"""What an agent of the caisse holds (ux A-08)."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CompteCharge:
    """An agent who holds, or lately held, demandes: how many are open, wait for the partner, are late, from which queues."""

    agent_id: UUID
    nom: str
    ouvertes: int
    en_attente: int
    en_retard: int
    files: frozenset[str] = frozenset()
