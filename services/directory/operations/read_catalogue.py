"""The catalogue file, which ships with the service: reference data is code, reviewed like code."""

from pathlib import Path

import yaml

from services.directory.operations.catalogue import Catalogue

_FILE = Path(__file__).parents[1] / "catalogue" / "catalogue.yaml"


def read_catalogue(path: Path = _FILE) -> Catalogue:
    """The catalogue, its references checked. Raises: pydantic.ValidationError on a mistake in the file."""
    return Catalogue.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
