"""Every printed sentence of one organisation's waves, beside the exact figures."""

from collections.abc import Iterator
from datetime import datetime

from app.reports.report import build_report
from app.reports.summary import build_summary
from app.scoring.mirror import mirrors_of
from app.scoring.release import Release, compute_release
from app.scoring.scales import score_wave
from tests.reports.truth.advice import Advice
from tests.reports.truth.changes import Both
from tests.reports.truth.groups import ADVICE, Groups
from tests.reports.truth.heatmap import Archive, check_heatmap
from tests.reports.truth.moves import check_changes
from tests.reports.truth.organisations import CALM, Wave, drawn, followed
from tests.reports.truth.page import Page
from tests.reports.truth.release import check_release
from tests.reports.truth.summary import Sentences, check_answered, check_asked, check_verdict
from tests.reports.truth.trust import Trust
from tests.reports.truth.units import check_units
from tests.reports.truth.waves import Truth
from tests.reports.truth.words import Told

#: Every so manieth organisation has a second wave; of every third the pages of groups are read.
SECOND, PAGES = 4, 3
CLOSED = datetime(2026, 5, 4)


def released(wave: Wave) -> Release:
    """Return the release of a wave, with what partners answered."""
    asked, groups = wave.asked, wave.units
    scored = score_wave(groups, asked.scales, wave.k)
    release = compute_release("Acme", groups, asked.scales, "digest", wave.k, asked.facets, scored)
    every = [*groups, *wave.partners]
    mirrors = (
        mirrors_of(every, asked.scales, asked.mirrored, scored, wave.k) if wave.partners else ()
    )
    return release.model_copy(update={"modules": asked.titles, "mirrors": mirrors})


def waves(seeds: range) -> Iterator[tuple[int, list[Wave]]]:
    """Draw an organisation for each seed: one wave, or two."""
    for seed in seeds:
        first = drawn(seed)
        yield seed, [first, followed(first, seed)] if seed % SECOND == 0 else [first]


def has_whole_report(seed: int) -> bool:
    """Whether the whole report is built and read: of 100 waves, two thirds of them calm ones."""
    return seed % (2 * CALM) == 0 or seed % 50 == 1


def check_everything(seeds: range) -> Told:
    """Return what was looked at in the organisations of some seeds, and what is not true."""
    told = Told()
    for seed, both in waves(seeds):
        pages = []
        for number, wave in enumerate(both, start=1):
            told.where = f"seed {seed}, wave {number}"
            pages.append(Page(told, released(wave), Truth(wave)))
            _check_wave(pages[-1], seed)
        if len(pages) > 1:
            check_changes(Both(pages[1], pages[0].release, pages[0].truth))
    return told


def _check_wave(page: Page, seed: int) -> None:
    check_release(page.told, page.release, page.truth)
    check_heatmap(page)
    Archive(page).run()
    check_answered(page)
    if seed % PAGES == 0:
        check_units(page)
    groups = Groups(page)
    Trust(groups).run()
    if not has_whole_report(seed):
        summary = build_summary("Acme", page.release, ADVICE)
        check_asked(page, summary.asked)
        Sentences(groups).run(summary.sentences)
        return
    report = build_report("Acme", 1, CLOSED, page.release, ADVICE)
    Sentences(groups).run(report.summary.sentences)
    check_verdict(page, report.annex.verdict)
    Advice(groups, report).run()
