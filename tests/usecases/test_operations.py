"""What whoever runs the installation reads: troubles, and nobody's address in them."""

from random import Random

from app.storage.store import Store
from app.storage.workspace_tables import Job
from app.usecases.jobs import Office
from app.usecases.operations import view_operations
from tests.builders import NOW


def test_what_a_mail_server_said_is_told_without_addresses(store: Store) -> None:
    said = "550 5.1.1 <ann@example.org>: Recipient address rejected"
    with store.writing() as work:
        job = Job(key="x", queue="mail", name="invitation", args="{}", run_at=NOW)
        job.state, job.error = "failed", said
        work.jobs.add(job)
        work.commit()
    office = Office(store=store, public_url="", now=lambda: NOW, chance=Random(1))
    (trouble,) = view_operations(store, office).troubles
    assert trouble.error == "550 5.1.1 <…>: Recipient address rejected"
