"""Ids as they stand in addresses: checked before anything is looked up."""

from typing import Annotated

from fastapi import Path

#: Not every database takes what an address can hold.
_SHORT = Path(pattern="^[0-9a-f]{10}$")
WaveId = Annotated[str, _SHORT]
AssessmentId = Annotated[str, _SHORT]
UnitId = Annotated[str, _SHORT]
OrganisationId = Annotated[str, _SHORT]
CertificateId = Annotated[str, _SHORT]
LinkId = Annotated[str, Path(pattern="^[0-9a-f]{16}$")]
AccountId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
