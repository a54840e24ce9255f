"""A client in a file: what leaves, what an import takes, and what a hostile file cannot reach."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from app.scoring.release import Release
from app.storage.store import Store
from app.storage.workspace_tables import METADATA
from app.usecases.advice import first_question, lines_of
from app.usecases.assessments import view_assessment
from app.usecases.erasure import certificates_of, erase_wave
from app.usecases.field import view_wave
from app.usecases.handover import NotHandedOver, export_client
from app.usecases.members import Member
from app.usecases.results import report_of, view_results
from app.usecases.takeover import take_over_client, with_new_ids
from tests.builders import NOW
from tests.usecases.moving import OWNER, content_of, member_of, packed, wave_of
from tests.usecases.workspace import CHANCE, launched

#: Every table is named: what a client's file carries, and what never leaves or belongs to nobody.
CARRIED = {
    "organisation", "assessment", "unit", "person", "instrument", "wave", "wave_plan", "asked_unit",
    "invitee", "release", "ledger_entry", "advice_edit", "certificate",
    "unit_code",  # that a unit shared one, and its seats; the code stays
}  # fmt: skip
STAYING = {
    "ballot", "spent", "sealed", "sealed_comment", "tally", "access_key", "access_view", "account",
    "account_link", "audit_entry", "kept_time", "job", "membership", "recovery_code",
    "roster_draft", "sign_in",
}  # fmt: skip


def test_every_table_is_named_as_carried_or_as_staying() -> None:
    assert set(METADATA.tables) == CARRIED | STAYING
    assert not CARRIED & STAYING


def figures(release: Release) -> list[object]:
    return [(u.name, u.invited, u.answered, u.profiles, u.overall) for u in release.units]


def test_a_client_moves_with_all_its_pages_and_new_ids(
    moved: tuple[str, bytes], store: Store, other: Store, ann: Member
) -> None:
    wave_id, content = moved
    assert take_over_client(other, content, OWNER, NOW) == "Acme"
    new, member = wave_of(other, "Acme"), member_of(other, "Acme")
    assert new != wave_id
    before, there = view_results(store, wave_id), view_results(other, new)
    assert figures(there.release) == figures(before.release)
    lines = lines_of(there.release, first_question(there.release))
    assert set(there.edits) == set(lines)
    assert {edit.text for edit in there.edits.values()} == {
        f"Our own {line.text}" for line in lines.values()
    }
    assert report_of(there).summary == report_of(before).summary
    state = view_wave(other, member, new, NOW)
    assert (state.wave.answered, state.is_released, state.is_lost) == (30, True, False)
    with other.reading() as work:
        (assessment,) = work.assessments.of(member.organisation_id)
        assert len(work.people.of(assessment.id)) == len(work.invitees.of(new)) == 34
        assert [one.launched_by for one in (state.plan,) if one] == [ann.email]
        job = work.jobs.get(f"erase:{new}")
        assert job is not None
        assert work.jobs.claim("work", "x", NOW + timedelta(hours=23), timedelta(hours=1)) is None
    assert view_assessment(other, member, assessment.id).units
    # The next wave, and the end of this one, work as if it had been born here.
    launched(other, member, assessment.id)
    erase_wave(other, member, new, new, Path("nowhere"), NOW, CHANCE)
    assert len(certificates_of(other, member)) == 1


def test_a_second_import_is_a_client_of_its_own(moved: tuple[str, bytes], other: Store) -> None:
    assert take_over_client(other, moved[1], OWNER, NOW) == "Acme"
    assert take_over_client(other, moved[1], OWNER, NOW) == "Acme (2)"
    assert wave_of(other, "Acme") != wave_of(other, "Acme (2)")


def test_what_leaves_holds_no_answer_no_key_and_no_link(
    moved: tuple[str, bytes], store: Store, ann: Member, assessment: str
) -> None:
    text = json.dumps(content_of(moved[1]))
    assert "33333333" not in text
    with store.reading() as work:
        hashes = [token.hex() for _, token in work.ballots.hashes(moved[0])]
    assert not any(token in text for token in hashes)
    open_one = launched(store, ann, assessment)
    with pytest.raises(NotHandedOver, match=r"Wave 2 of .* is open\. Close or erase it first"):
        export_client(store, ann, NOW)
    assert open_one.wave_id


def test_a_file_of_an_older_version_says_what_to_do(other: Store) -> None:
    with pytest.raises(NotHandedOver, match=r"older version of Siloscope\. Upgrade"):
        take_over_client(other, packed({"siloscope": "0.1", "rows": {}}), OWNER, NOW)


def test_an_owner_must_be_known(moved: tuple[str, bytes], other: Store) -> None:
    with pytest.raises(NotHandedOver, match="Nobody here"):
        take_over_client(other, moved[1], "nobody@example.org", NOW)


def test_keys_of_lines_follow_the_ids_of_units_in_their_order() -> None:
    ids = {"b1": "z9", "a2": "y8", "pool-0123456789ab": "pool-ba9876543210"}
    assert with_new_ids("fit.incident-restoration.3.a2", ids) == "fit.incident-restoration.3.y8"
    assert with_new_ids("common.a-topic.a2-b1", ids) == "common.a-topic.y8-z9"
    assert with_new_ids("common.a-topic.b1-pool-0123456789ab", ids) == (
        "common.a-topic.pool-ba9876543210-z9"
    )
    assert with_new_ids("portfolio.incident-restoration.3", ids) == (
        "portfolio.incident-restoration.3"
    )
