"""Releases as versions before kept them, and what is needed to make one again at revision 0007.

Written in columns, not by models: see `plain_answers`.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from app.scoring.ledger import ReleasedSets, read_sets

_RELEASE = sa.table("release", sa.column("wave_id"), sa.column("content"))
_ASSESSMENT = sa.table("assessment", sa.column("id"), sa.column("organisation_id"))
_ORGANISATION = sa.table("organisation", sa.column("id"), sa.column("name"))
_UNIT = sa.table(
    "unit",
    *map(sa.column, ("id", "assessment_id", "position", "name", "kind", "about_id")),
)
_ASKED = sa.table("asked_unit", *map(sa.column, ("wave_id", "unit_id", "invited")))
_LEDGER = sa.table("ledger_entry", *map(sa.column, ("wave_id", "digest", "channel", "content")))
_COMMENT = sa.table(
    "sealed_comment",
    sa.column("wave_id"),
    sa.column("id", sa.LargeBinary()),
    sa.column("box", sa.LargeBinary()),
)


@dataclass(frozen=True)
class Partners:
    """Business partners who answered about a group."""

    id: str
    name: str
    kind: str
    about: str
    invited: int


class PlainReleases:
    """All releases, in the transaction of a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def content(self, wave_id: str) -> str:
        """Return the JSON of a release."""
        query = sa.select(_RELEASE.c.content).where(_RELEASE.c.wave_id == wave_id)
        return str(self._connection.execute(query).scalar_one())

    def replace(self, wave_id: str, content: str) -> None:
        """Put another content in the place of a release."""
        changed = sa.update(_RELEASE).where(_RELEASE.c.wave_id == wave_id)
        self._connection.execute(changed.values(content=content))

    def organisation(self, assessment_id: str) -> str:
        """Return the name of the organisation of an assessment."""
        query = (
            sa.select(_ORGANISATION.c.name)
            .join_from(
                _ORGANISATION, _ASSESSMENT, _ASSESSMENT.c.organisation_id == _ORGANISATION.c.id
            )
            .where(_ASSESSMENT.c.id == assessment_id)
        )
        return str(self._connection.execute(query).scalar_one())

    def partners(self, wave_id: str) -> list[Partners]:
        """Return the business partners whom a wave asked."""
        query = (
            sa.select(_UNIT.c.id, _UNIT.c.name, _UNIT.c.kind, _UNIT.c.about_id, _ASKED.c.invited)
            .join_from(_UNIT, _ASKED, _ASKED.c.unit_id == _UNIT.c.id)
            .where(_ASKED.c.wave_id == wave_id, _UNIT.c.about_id.is_not(None))
            .order_by(_UNIT.c.position)
        )
        return [Partners(*row) for row in self._connection.execute(query)]

    def published(self, wave_id: str) -> dict[str, ReleasedSets]:
        """Return everything that ever left of a wave, by its digest."""
        query = sa.select(_LEDGER.c.digest, _LEDGER.c.content).where(_LEDGER.c.wave_id == wave_id)
        return {digest: read_sets(text) for digest, text in self._connection.execute(query)}

    def publish(self, wave_id: str, sets: ReleasedSets, channel: str) -> None:
        """Note that sets leave by a way."""
        entry = {"wave_id": wave_id, "digest": sets.digest, "channel": channel}
        known = sa.select(sa.literal(1)).select_from(_LEDGER).filter_by(**entry)
        if self._connection.execute(known).first() is None:
            self._connection.execute(sa.insert(_LEDGER).values(**entry, content=sets.text))

    def has_comments(self, wave_id: str) -> bool:
        """Return whether comments of a wave are sealed."""
        query = sa.select(_COMMENT.c.wave_id).where(_COMMENT.c.wave_id == wave_id).limit(1)
        return self._connection.execute(query).first() is not None

    def keep_comments(self, wave_id: str, comments: list[tuple[bytes, bytes]]) -> None:
        """Keep (random id, box) of each comment, in the order of the ids."""
        rows = [{"wave_id": wave_id, "id": key, "box": box} for key, box in sorted(comments)]
        if rows:
            self._connection.execute(sa.insert(_COMMENT), rows)
