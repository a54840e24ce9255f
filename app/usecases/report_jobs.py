"""The report made in the background: asked for by whoever reads results, and after each close."""

from datetime import datetime
from pathlib import Path

from app.reports.pdf import RendererBusy, ReportFailed
from app.storage.store import Store
from app.storage.workspace_tables import Job
from app.usecases.jobs import WORK, Task
from app.usecases.ledger import Channel
from app.usecases.results import view_results, write_report

REPORT = "report"


def report_job(wave_id: str, now: datetime) -> Job:
    """Return the job that makes the PDF of a wave."""
    return Job(
        key=f"report:{wave_id}", queue=WORK, name=REPORT, args="{}", wave_id=wave_id, run_at=now
    )


def request_report(store: Store, wave_id: str, now: datetime) -> None:
    """Have the report of a wave made, or made once more."""
    with store.writing() as work:
        work.jobs.replace(report_job(wave_id, now))
        work.commit()


def report_state(store: Store, wave_id: str) -> tuple[bool, str]:
    """Return whether the report is being made, and why the last attempt failed."""
    with store.reading() as work:
        job = work.jobs.get(f"report:{wave_id}")
    if job is None:
        return False, ""
    waits = job.state in ("ready", "running")
    return waits, "" if waits else job.error


def run_report(task: Task, reports: Path) -> None:
    """Make the PDF; a fault that trying again would not mend is kept for the page."""
    store, problem = task.office.store, ""
    try:
        results = view_results(store, task.job.wave_id or "", Channel.PDF)
        write_report(store, results, reports)
    except RendererBusy:
        raise  # tried again later
    except ReportFailed as error:
        problem = str(error)
    with store.writing() as work:
        if problem:
            work.jobs.fail(task.job.key, task.worker, problem)
        else:
            work.jobs.remove(task.job.key, task.worker)
        work.commit()
