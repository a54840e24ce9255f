"""Ids as they stand in addresses: checked before anything is looked up."""

from typing import Annotated

from fastapi import Path

#: Not every database takes what an address can hold.
WaveId = Annotated[str, Path(pattern="^[0-9a-f]{10}$")]
