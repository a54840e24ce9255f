"""The command advise: which Lean project, with whom, how wide."""

import json
from typing import Annotated

import typer

from app.advice.scope_fit import ScopeFit
from app.cli.console import open_store, read_settings, say, wave_id
from app.language import speaking
from app.reports.lines import LineView
from app.reports.report import Report
from app.reports.scope import AnswerView, ScopePages, answer_view
from app.usecases.advice import Question, advise, first_question
from app.usecases.ledger import Channel
from app.usecases.results import report_of, view_results

app = typer.Typer()


@app.command("advise")
def advise_wave(
    wave: Annotated[str, typer.Argument(help="The id of a closed wave.")],
    topic: Annotated[str, typer.Option(help="E.g. provisioning; else the one ranked first.")] = "",
    reach: Annotated[int, typer.Option(min=0, max=5, help="1 departmental … 5 market.")] = 0,
    units: Annotated[str, typer.Option(help="Names with commas; else the usual groups.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say which Lean project the groups of a closed wave can carry, with whom, how wide."""
    with open_store(read_settings()) as store:
        results = view_results(store, wave_id(wave), Channel.INTERFACE)
    first = first_question(results.release)
    names = tuple(name.strip() for name in units.split(",") if name.strip())
    chosen = names or (None if topic else first.units)
    asked = Question(topic or first.topic, reach or first.reach, chosen)
    fit = advise(results.release, asked)
    with speaking(results.release.language):
        answer = answer_view(fit, results.edits)
    report = report_of(results)
    if as_json:
        typer.echo(json.dumps(_as_values(fit, answer, report), ensure_ascii=False, indent=1))
        return
    _print_answer(answer)
    if not topic:
        _print_portfolio(report.scope)


def _print_answer(answer: AnswerView) -> None:
    say.print(f"{answer.title}: {answer.stream}")
    if answer.no_grounds:
        say.print(answer.no_grounds)
    for fit in (one for one in answer.fits if not one.line.is_dropped):
        say.print(f"  {fit.name}: {_told(fit.line)}")
    for line in (answer.common, *answer.widening, *answer.alternatives):
        if line is not None and not line.is_dropped:
            say.print(_told(line))


def _print_portfolio(pages: ScopePages) -> None:
    say.print("\nAll topics, the best one first:")
    kept = [one for one in pages.candidates if not one.line.is_dropped]
    for number, one in enumerate(kept, start=1):
        say.print(f"  {number}. {one.topic}, reach {one.reach}: {_told(one.line)}")


def _told(line: LineView) -> str:
    figures = f" ({line.cells})" if line.cells else ""
    return f"{line.text}{figures}"


def _as_values(fit: ScopeFit, answer: AnswerView, report: Report) -> dict[str, object]:
    """The answer with rule, figures and source of each line; released figures only."""
    lines = (answer.common, *answer.widening, *answer.alternatives)
    return {
        "topic": fit.topic.id,
        "reach": int(fit.reach),
        "widest": answer.widest,
        "limiting": [unit.name for unit in fit.limiting],
        "no_grounds": answer.no_grounds,
        "groups": [
            {"name": one.name, "verdict": one.verdict.value, "need": one.need, **_line(one.line)}
            for one in answer.fits
            if not one.line.is_dropped
        ],
        "advice": [_line(line) for line in lines if line is not None and not line.is_dropped],
        "portfolio": [
            {"topic": one.topic_id, "reach": one.reach, **_line(one.line)}
            for one in report.scope.candidates
            if not one.line.is_dropped
        ],
    }


def _line(line: LineView) -> dict[str, str]:
    return {
        "text": line.text,
        "rule": line.why,
        "figures": line.cells,
        "source": line.basis,
        "changed_by": line.author,
    }
