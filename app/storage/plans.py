"""Plans of waves: what a wave is to ask, when, and with which words it invites."""

from collections.abc import Sequence

from sqlmodel import Session, select

from app.storage.tables import WavePlan


class Plans:
    """All plans, of waves to come and of those that were launched."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def save(self, plan: WavePlan) -> None:
        """Keep a plan, new or changed."""
        self._session.merge(plan)
        self._session.flush()

    def get(self, wave_id: str) -> WavePlan | None:
        """Return the plan of a wave, or None."""
        return self._session.get(WavePlan, wave_id)

    def again(self, wave_id: str) -> WavePlan | None:
        """Return a plan as it is now, after whoever held its lock."""
        query = select(WavePlan).where(WavePlan.id == wave_id)
        return self._session.exec(query.execution_options(populate_existing=True)).first()

    def of(self, assessment_id: str) -> Sequence[WavePlan]:
        """Return the plans of an assessment."""
        query = select(WavePlan).where(WavePlan.assessment_id == assessment_id)
        return self._session.exec(query).all()

    def remove(self, wave_id: str) -> None:
        """Forget a plan."""
        found = self.get(wave_id)
        if found is not None:
            self._session.delete(found)
            self._session.flush()
