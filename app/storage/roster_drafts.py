"""Rosters being imported: read, maybe faulty, not yet applied."""

from sqlmodel import Session

from app.storage.workspace_tables import RosterDraft


class RosterDrafts:
    """At most one for each assessment."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def save(self, assessment_id: str, content: str) -> None:
        """Keep a draft in place of an earlier one."""
        self._session.merge(RosterDraft(assessment_id=assessment_id, content=content))
        self._session.flush()

    def get(self, assessment_id: str) -> str | None:
        """Return the draft of an assessment, or None."""
        found = self._session.get(RosterDraft, assessment_id)
        return None if found is None else found.content

    def remove(self, assessment_id: str) -> None:
        """Forget the draft of an assessment."""
        found = self._session.get(RosterDraft, assessment_id)
        if found is not None:
            self._session.delete(found)
            self._session.flush()
