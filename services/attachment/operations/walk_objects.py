"""What the buckets hold, by the caisse that each object key names."""

import re
from collections import defaultdict
from datetime import datetime
from uuid import UUID

from services.attachment.ports.object_store import ObjectBucket
from shared.kernel.identifiers import CaisseCode

# What we put; anything else in a bucket is not ours.
_OURS = re.compile(r"(?P<caisse>\d{3})/(?P<cle>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


async def keys_by_caisse(bucket: ObjectBucket, stored_before: datetime) -> defaultdict[CaisseCode, list[UUID]]:
    """The objects of a bucket old enough to be judged, by the caisse their key names."""
    cles: defaultdict[CaisseCode, list[UUID]] = defaultdict(list)
    async for objet in bucket.walk():
        if (forme := _OURS.fullmatch(objet.key)) and objet.stored_at < stored_before:
            cles[CaisseCode(forme["caisse"])].append(UUID(forme["cle"]))
    return cles
