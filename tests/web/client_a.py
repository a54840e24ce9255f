"""A client with one of everything, for tests of who may see and do what."""

from dataclasses import dataclass
from random import Random

from app.storage.store import Store
from app.storage.workspace_tables import Certificate
from app.usecases.access import links_of, make_link
from app.usecases.assessments import plan_wave
from app.usecases.members import Member, Role
from app.usecases.waves import close_wave
from tests.builders import NOW, codes_of, launch, marked
from tests.usecases.test_waves import answer
from tests.web.visitor import add_account, first_organisation, member_in

#: Stands in no page that somebody of another client may see.
SECRET = "Zanzibar Holdings"  # noqa: S105 - a name


@dataclass(frozen=True)
class ClientA:
    """The ids of everything that belongs to the client, and what its people hold."""

    organisation: str
    assessment: str
    unit: str
    closed: str
    planned: str
    link: str
    key: str
    certificate: str
    account: str
    respondent_code: str

    def path(self, route: str) -> str:
        """Fill the places of a route with the client's own ids."""
        wave = self.planned if "/plan" in route else self.closed
        return route.format(
            wave_id=wave,
            assessment_id=self.assessment,
            unit_id=self.unit,
            organisation_id=self.organisation,
            account_id=self.account,
            link_id=self.link,
            certificate_id=self.certificate,
            kind="network",
            text="invitation",
            version="0" * 12,
            name="siloscope.css",
        )


def make_client_a(store: Store) -> ClientA:
    """Keep a client with a closed wave, a planned one, a link and a certificate."""
    wave = launch(store, name=SECRET)
    answer(store, codes_of(wave, "ERP"), marked("3" * 21))
    close_wave(store, wave.wave_id, NOW)
    organisation = first_organisation(store)
    owner = member_in(store, organisation, Role.OWNER, add_account(store))
    other = member_in(store, organisation, Role.VIEWER, add_account(store))
    planned = plan_wave(store, owner, wave.assessment_id, "en", NOW, Random(2))
    key = make_link(store, owner, wave.wave_id, f"{SECRET} CIO", 30, NOW, Random(3))
    with store.writing() as work:
        unit = work.units.of(wave.assessment_id)[1]
        content = (
            f'{{"organisation":"{SECRET}","assessment":"x","wave":1,"closed_on":"x",'
            '"erased_at":"x","by":"x","release_digest":"x","answers":0}'
        )
        work.certificates.add(
            Certificate(id="0123456789", organisation_id=organisation, content=content)
        )
        work.commit()
    return ClientA(
        organisation=organisation,
        assessment=wave.assessment_id,
        unit=unit.id,
        closed=wave.wave_id,
        planned=planned,
        link=links_of(store, owner, wave.wave_id)[0].id,
        key=key,
        certificate="0123456789",
        account=other.account_id,
        respondent_code=codes_of(wave, "ERP")[0],
    )


def other_clients_consultant(store: Store) -> Member:
    """Return a consultant of another client, in the same installation."""
    from app.usecases.members import create_client

    boss = add_account(store)
    made = create_client(store, Member(boss.id, boss.name, boss.email), "Other Ltd", NOW, Random(5))
    return member_in(store, made, Role.CONSULTANT, add_account(store))
