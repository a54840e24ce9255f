"""Pages that are poured into moulds are the pages that the templates make."""

import re
from dataclasses import replace
from datetime import datetime

import pytest

from app.questionnaires.presentation import Presentation
from app.rendering import render
from app.usecases.responses import Invited, OpenBallot
from app.web import response_pages
from app.web.response_pages import WelcomePage, hidden_fields, write_questions, write_welcome
from app.web.survey_form import SurveyForm
from tests.builders import NOW, instrument

HOSTILE = '"><script>alert(1)</script>&{{ page }}'
INSTRUMENT = instrument("conditions", "pain-points")


def invited(kind: str) -> Invited:
    questionnaire = next(q for q in INSTRUMENT.questionnaires if q.kind == kind)
    ids = INSTRUMENT.item_ids
    return Invited(b"", "Acme", "w", HOSTILE, questionnaire, 10, ids, 5, "en")


def form_of(who: Invited, answered: int) -> SurveyForm:
    answers = {item.id: "4" for item in who.questionnaire.items[:answered]}
    return SurveyForm("CODE", HOSTILE, Presentation(11), answers, HOSTILE, {0: 2.5}, asked=True)


@pytest.mark.parametrize("kind", INSTRUMENT.kinds)
def test_a_poured_page_is_the_page_of_its_template(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = invited(kind)
    for number in range(1, len(who.questionnaire.pages) + 1):
        form = form_of(who, answered=5 * number)
        poured = write_questions(who, form, number, "17", ask=False)
        with monkeypatch.context() as patch:
            patch.setattr(response_pages, "_questions_mould", _unpoured)
            assert write_questions(who, form, number, "17", ask=False) == poured
        assert "<script>alert" not in poured
        assert "{{ page }}" in poured


class _Unpoured:
    """A mould's double, which renders the whole template each time."""

    def __init__(self, place: response_pages._Place, language: str) -> None:
        self._place, self._language = place, language

    def fill(self, **values: str) -> str:
        page = response_pages._questions_page(self._place, self._language, values)
        return render(page)


def _unpoured(place: response_pages._Place, language: str) -> _Unpoured:
    return _Unpoured(place, language)


@pytest.mark.parametrize("kind", INSTRUMENT.kinds)
@pytest.mark.parametrize("closes", [None, NOW])
def test_a_poured_welcome_is_the_page_of_its_template(kind: str, closes: datetime | None) -> None:
    who = replace(invited(kind), organisation="Örebro & <Söner>")
    poured = write_welcome(OpenBallot(who, closes), HOSTILE)
    mark, order = (
        re.search(f'name="{name}" value="([^"]+)"', poured) for name in ("form", "order")
    )
    assert mark is not None
    assert order is not None
    fields = [("code", HOSTILE), ("form", mark[1]), ("order", order[1])]
    page = WelcomePage(
        title="Survey of Örebro & <Söner>",
        organisation="Örebro & <Söner>",
        group=HOSTILE,
        mirror=who.questionnaire.mirror,
        items=len(who.questionnaire.items),
        minutes=10,
        k=5,
        closes="4 May 2026" if closes else "",
        comments=who.questionnaire.comment is not None,
        wave_id=who.wave_id,
        hidden=hidden_fields(fields),
    )
    assert poured == render(page)
    assert "<script>alert" not in poured


def test_two_people_of_one_group_do_not_read_each_others_fields() -> None:
    who = invited(INSTRUMENT.kinds[0])
    mine, yours = form_of(who, 3), replace(form_of(who, 9), code="OTHER", mark="m")
    first = write_questions(who, mine, 1, "17", ask=False)
    assert "OTHER" in write_questions(who, yours, 1, "18", ask=False)
    assert write_questions(who, mine, 1, "17", ask=False) == first
