"""What every contract between parts of the house has in common."""

from pydantic import BaseModel, ConfigDict


class Contract(BaseModel):
    """A message between two parts: frozen, and tolerant of fields a newer producer added."""

    model_config = ConfigDict(frozen=True, extra="ignore")
