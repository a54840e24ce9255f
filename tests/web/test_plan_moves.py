"""The plan of a wave says before the launch which moves its groups will be able to show."""

import re

import httpx
import pytest

from app.storage.store import Store
from app.usecases.assessments import create_assessment, view_assessment
from app.usecases.planning import find_plan
from app.usecases.visible_moves import visible_moves
from tests.builders import NOW, roster_text
from tests.usecases.workspace import CHANCE, consultant, plan, set_up
from tests.web.visitor import Visitor, start_session

pytestmark = pytest.mark.anyio

SIZES = {
    ("Large", "", "network"): 40,
    ("Middle", "", "applications"): 15,
    ("Small", "", "data-centre"): 9,
    ("Tiny", "", "security"): 4,
}


async def test_the_plan_page_prints_the_smallest_visible_move_of_each_group(
    client: httpx.AsyncClient, sqlite_store: Store
) -> None:
    ann = consultant(sqlite_store)
    assessment = set_up(sqlite_store, ann, roster_text(SIZES))
    wave_id = plan(sqlite_store, ann, assessment)
    token = start_session(sqlite_store, ann, ann.organisation_id)
    page = (await Visitor(client, f"siloscope-session={token}").get(f"/waves/{wave_id}/plan")).text
    _, planned = find_plan(sqlite_store, ann, wave_id)
    moves = visible_moves(sqlite_store, view_assessment(sqlite_store, ann, assessment), planned)
    rows = re.findall(
        r'<th scope="row">(\w+)</th><td>(\d+)</td><td>(.*?)</td>\s*<td>(.*?)</td>', page
    )
    assert [row[:3] for row in rows[:3]] == [
        (one.group, str(one.people), str(one.answers)) for one in moves.groups[:3]
    ]
    assert [row[3] for row in rows[:3]] == [
        f"{one.least:.1f} of a level" for one in moves.groups[:3]
    ]
    assert rows[3][:3] == ("Tiny", "4", "–")
    assert "too small to be shown alone" in rows[3][3]
    assert "two waves can show: 0.3 to 0.6 of a level, by group</summary>" in page
    assert "it is assumed that four in five people answer" in page
    assert "nine months apart or more are recommended" in page


async def test_where_no_group_will_be_shown_alone_nothing_is_said_of_moves(
    client: httpx.AsyncClient, sqlite_store: Store
) -> None:
    ann = consultant(sqlite_store)
    empty = plan(sqlite_store, ann, create_assessment(sqlite_store, ann, "New", NOW, CHANCE))
    token = start_session(sqlite_store, ann, ann.organisation_id)
    page = (await Visitor(client, f"siloscope-session={token}").get(f"/waves/{empty}/plan")).text
    assert "Plan of a wave" in page
    assert "two waves can show" not in page
