"""HTTP of attachment.

POST   /v1/pieces-jointes        multipart, one part `fichier` -> 201 RecuVue; 413, 422 with the reason, 503 + Retry-After
DELETE /v1/pieces-jointes/{id}   -> 204 while it is attached to nothing, by its uploader's structure or account
POST   /v1/telechargements       TelechargementRequest -> 201 LienVue; 404, 409 `verdict-pending`, 410
GET    /telechargements/{jeton}  the bytes, on the download host; 404, 410
"""

from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.base import Contract


class RecuVue(Contract):
    """A stored upload. `recu` is a JWS (EdDSA) of ContenuRecu, which intake and case verify without asking."""

    id: UUID
    nom: str
    taille_octets: int
    format: str
    recu: str


class ContenuRecu(Contract):
    """What the receipt says. `structure`: None for a file uploaded by the caisse. Valid 30 days (`exp`)."""

    id: UUID
    nom: str
    taille_octets: int
    sha256: str
    format: str
    structure: UUID | None
    caisse: str
    compte: UUID


class TelechargementRequest(Contract):
    """Which file."""

    piece_jointe_id: UUID


class LienVue(Contract):
    """A link of at most 60 s on the download host, for this account."""

    url: str
    expire_le: AwareDatetime
