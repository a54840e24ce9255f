"""Modules, comments and business partners, from answers to the frozen release."""

from datetime import timedelta

import pytest

from app.questionnaires.questionnaire import PLACE
from app.reports.modules import module_tables
from app.scoring.release import Release
from app.storage.store import Store
from app.storage.submissions import Outcome
from app.usecases.launches import LaunchedWave
from app.usecases.waves import close_wave, forget_old_comments, read_comments
from tests.builders import NOW, codes_of, launch, marked
from tests.submissions import submission

MODULES = ("handoffs", "conditions", "pain-points")


def send(store: Store, code: str, answers: str, comment: str = "") -> None:
    sent = submission(store, code, sheet=marked(answers), comment=comment)
    assert store.ballot_box.submit(sent).result() is Outcome.ACCEPTED


def closed(store: Store, wave: LaunchedWave) -> Release:
    return close_wave(store, wave.wave_id, NOW)


@pytest.mark.parametrize(("count", "shown"), [(9, 0), (10, 10), (12, 12)])
def test_comments_are_kept_sealed_from_ten_on(store: Store, count: int, shown: int) -> None:
    wave = launch(store, modules=MODULES)
    codes = codes_of(wave, "ERP") + codes_of(wave, "Development")
    for number, code in enumerate(codes[:count]):
        send(store, code, "3" * 36, f"Comment {number:02d}")
    release = closed(store, wave)
    assert release.comment_prompt
    found = read_comments(store, wave.wave_id)
    assert set(found) == {f"Comment {number:02d}" for number in range(shown)}
    assert found == () or list(found) != sorted(found)
    # Beside the release, and not in it; the key that opens them stays, and no other.
    assert "Comment 0" not in release.model_dump_json()
    left = {"words", "public"} if shown else set()
    assert store.wave_keys.names(wave.wave_id) == left
    assert closed(store, wave) == release
    assert read_comments(store, wave.wave_id) == found


def test_comments_go_with_their_key_a_year_after_the_close(store: Store) -> None:
    wave = launch(store, modules=MODULES)
    for number, code in enumerate(codes_of(wave, "Development")):
        send(store, code, "3" * 36, f"Comment {number}")
    release = closed(store, wave)
    forget_old_comments(store, NOW + timedelta(days=364))
    assert len(read_comments(store, wave.wave_id)) == 12
    forget_old_comments(store, NOW + timedelta(days=365))
    assert read_comments(store, wave.wave_id) == ()
    assert store.wave_keys.names(wave.wave_id) == set()
    assert closed(store, wave) == release


def test_a_repeated_form_brings_no_second_comment(store: Store) -> None:
    wave = launch(store, modules=MODULES)
    code = codes_of(wave, "ERP")[0]
    send(store, code, "3" * 36, "Once")
    again = store.ballot_box.submit(submission(store, code, comment="Twice"))
    assert again.result() is Outcome.REPEATED
    for number, other in enumerate(codes_of(wave, "Development")):
        send(store, other, "3" * 36, f"Comment {number}")
    closed(store, wave)
    found = read_comments(store, wave.wave_id)
    assert (found.count("Once"), found.count("Twice"), len(found)) == (1, 0, 13)


#: Enough people in one group for figures that are not coarse.
LARGE = {
    ("ERP", "Applications", "enterprise-applications"): 8,
    ("Development", "Applications", "applications"): 16,
    ("Data centre", "Operations", "data-centre"): 16,
}
#: What sixteen people answered to the nine conditions: no question of one mind but the last.
VARIED = [("22223334" * 2)[place : place + 7] + str(2 + place % 4) for place in range(8)] * 2


def test_modules_have_figures_of_their_own_and_change_no_level(store: Store) -> None:
    wave = launch(store, LARGE, modules=MODULES)
    # 21 items of the core, 9 conditions, 5 hand-offs, and the place on the path.
    for number, code in enumerate(codes_of(wave, "Development")):
        lean = VARIED[number] + ("1" if number % 2 else "2")
        send(store, code, "3" * 21 + lean + "4" * 5 + ("3" if number else "2"))
    for code in codes_of(wave, "ERP")[:5]:
        send(store, code, "4" * 21 + "5" * 9 + "1" * 5 + "1")
    release = closed(store, wave)
    assert set(release.modules) == {"conditions", "handoffs", PLACE}
    development = next(unit for unit in release.units if unit.name == "Development")
    assert development.overall
    assert development.overall.level == 3
    answers = "".join(VARIED[:16])
    total = sum(map(int, answers)) + 8 * 1 + 8 * 2
    mean = development.profiles["conditions"].mean
    assert mean is not None
    assert mean.value == round(total / (9 * 16), 1)
    tables = {table.title: table for table in module_tables(release)}
    by_group = {row[0]: row[1:] for row in tables["Conditions for Lean, by group"].rows}
    assert by_group["Development"][0] == "16"
    assert by_group["Development"][2] == "waste (1.5)"
    # Five people: a mean, cut so that unanimity does not show, and no single question.
    assert by_group["ERP"] == ("5", "4.1 or more", "–", "–")
    # Taken from those of all together, single questions of these five could be worked out.
    assert not any("all groups together" in title for title in tables)


def test_a_question_that_nearly_all_answered_alike_has_no_mean(store: Store) -> None:
    wave = launch(store, LARGE, modules=("conditions",))
    for unit in ("Development", "Data centre"):
        for number, code in enumerate(codes_of(wave, unit)):
            send(store, code, "3" * 21 + VARIED[number] + "1")
    tables = {table.title: table for table in module_tables(closed(store, wave))}
    by_question = tables["Conditions for Lean, question by question, all groups together"]
    assert by_question.rows[-1] == ("waste", "32", "–")
    assert all(row[2] != "–" for row in by_question.rows[:-1])


def test_a_module_that_was_not_asked_leaves_no_trace(store: Store) -> None:
    wave = launch(store)
    for code in codes_of(wave, "ERP"):
        send(store, code, "3" * 21)
    release = closed(store, wave)
    assert (release.modules, release.comment_prompt, module_tables(release)) == ({}, "", ())


def test_partners_stand_outside_the_tree_and_its_figures(store: Store) -> None:
    wave = launch(store, partners=6)
    for number, code in enumerate(codes_of(wave, "ERP")):
        send(store, code, str(4 + number % 2) * 21)
    for code in codes_of(wave, "Sales"):
        send(store, code, "---222" + "-2-22-" + "2-2-2-" + "---")
    release = closed(store, wave)
    assert "Sales" not in {unit.name for unit in release.units}
    assert (release.invited, release.answered) == (34, 8)
    (mirror,) = release.mirrors
    assert release.unit(mirror.about).name == "ERP"
    assert (mirror.answered, mirror.invited) == (6, 6)
    means = [view.partners.mean for view in mirror.views.values()]
    assert {mean.value for mean in means if mean} == {2.0}
    assert {view.clear for view in mirror.views.values()} == {True}
