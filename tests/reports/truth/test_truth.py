"""Over 2,000 random releases every printed sentence about a figure is true of the exact one.

1,600 organisations of one to ten groups, 400 of them with a second wave, are released and
printed; each figure and each sentence is read and compared with one that is worked out anew, in
fractions, from the raw sheets (`exact`, `coarse`, `waves`, `statistics`). "Exact" below is that
one. A text that no reader knows, and a field that no check knows, is a fault. What is not read:
notes under tables, drawings, the order of lists, and the step on the path that a group names: no
scale of one question is told. That broken rules are found out is tried in `test_controls`.

What is read (the kind, as faults name it: what it says; when that is true):

    name: a row of a table is a group, or a pool named by all who were invited
    members: a pool names its groups
    n: how many answered usably; as many
    mean: "3.4" within half a step (a tenth; a fifth of under 30 answers in a coarse group);
        "1.2 or less", "4.8 or more", in small groups nearer to the middle, just where it is so
    se: to 0.01; one that is not 0 is never told as 0; none of a coarse group
    interval: mean and t SE as shown, cut to 1 to 5; within what rounding does
    share: "45 %" within 2.5 percent; "under 10 %", "over 75 %" just where it is so
    cannot say: in steps of 5 %, of all that was asked
    agreement: AD, rwg(j) and r* to 0.01; none of a coarse group, nor where a question is of one
        mind
    by chance: rwg(j) that one in twenty random groups reach; a normal approximation
    turns at: the share of the silent that turns the level, from shares in steps of 5 %
    extremes: the mean if all silent people were at 1, or at 5
    band: the levels that one-sided 90 % bounds leave; of coarse groups from shares as told
    willing: the state by the band of acceptance, with its answers; of a coarse group "not yet"
        only where under a third of them reach 3
    reliability: F, p, ICC(1) with its interval, ICC(2) where F is 1 or more, with their digits
    alpha: from 60 complete sheets on, also within groups
    omega: as released; that one by another optimiser now and then
    spread: the pooled within-group spread and its degrees of freedom; 1.00 if assumed
    scale: the scale of a row
    contrast, rest of: the parent
    contrast, difference: as shown means give it, and exact within what they hide; no bounds
    contrast, 95 % interval: as shown means and errors give it
    contrast, p: by Holm over all groups
    contrast, reading: "clearly" only if significant, half a level, and exact to that side
    question: the question of a row
    single question: n and mean over all rows that show the scale; fifteen answers at least; a
        dash if all but fewer than k, of all or of a part, chose the same, or a part is at an end
    module question: the same in a module
    weakest, strongest: no other question lies a shown tenth beyond it
    step: at least half of fifteen people or more chose it, or no step was chosen by half
    careless: how many sheets were left out, or "fewer than k"
    careless shift: how far the mean of all would move, to 0.1
    direction: rising less falling, within groups; "look at it again" above 0.25
    partners about: whom partners were asked about
    partners answered: "8 of 13", "under 5 of 9", "under 5 (3 invited)"
    partners' view: their mean; the gap in halves, its side, and beyond the noise or not; none
        where a mean is a bound that the gap may undercut
    answered: "12" of a group exactly, "≥ 12" of a frame at least; the rate
    At least 68 answered: exactly, or at least, and the rate
    12 of 15 answered: counts and rate
    asked: how many people and groups were asked, and how often
    strip: how many rows stand at each level below a frame, in figures and words
    cell: level, word, band, note and spoken form of a heatmap cell
    nothing shown: the reason why a cell is empty
    chart: every share and band that a chart says, and what is not drawn; the interactive chart
        says the cells
    archive: counts, levels, bands, means, shares and states for programs
    headline: "Level 2", "Between 2 and 3, nearer 2", "Not settled", "Split on …"
    level in words: word and meaning belong to the exact level
    scope: the level of the scope, and who could go further with facilitation
    groups at a level: how many joining ones, where they are too many to name
    evidence: "Measurement level 2, band 2, n 13" and its notes
    findings, all: split, few answers and not settled are always told, and only then
    finding, split: two camps in that orientation
    finding, low_response: under 60 % gave usable answers
    finding, sensitive: silent people somewhat unlike the others would turn the level
    finding, gap: partners were asked (the gap itself is evidence)
    finding, not_settled: the band covers three levels or more
    finding, lags: an orientation whose band ends below the overall level
    finding, hollow: level 3 or more, over a question or orientation two levels lower
    finding, unsure: "cannot say" on a quarter
    finding, knows_not_willing: level 2 or more, and not yet
    finding, mixed_views: AD above 0.80
    groups with a level: how many are settled at one level, between two, not settled
    fewest people: no figure on fewer than k
    groups differ: reliably, perhaps by chance, or not to be tested
    under 40 %: just these groups gave too few usable answers
    only together: just these groups are in pools
    too small to show: just these groups stand in no figure
    no settled level: there is none
    stands at level: the only settled row, and its level
    stand at level: all settled rows, at one level
    stand between: the lowest and highest level, and who stands there
    all can take: the stream of the lowest scope level
    alone can take: the stream of the only settled group
    others can take: the stream of those who do not set the limit
    limit: just these groups set it, and whether the value stream does
    not yet: they stand at level 2 or more and would not share a process yet
    workshop first: no level describes them, and their people differ
    too few answers: their level is not known
    fewer than k people: so few were invited
    can join: they are settled
    with facilitation: settled, and unsure or reaching further
    to be won first: settled, and their people or a part of them would not share a process
    too early: settled
    unknown: no level of theirs is known
    1 of 2 settled: counts of settled groups
    fit: the words of a verdict
    verdict: fits, facilitated, to be won first, too early, workshop, unknown, by level and will
    no grounds: just where no group that is asked about has a settled level
    widest: the widest reach that all settled groups can join
    charter: whom it wins, tells, asks, helps
    widening: who is in the way of a wider stream, and why
    path: the scope level of each group on the path
    hand-off: both levels and the gap
    practices: within reach, or the level that is missing
    change, group: a group of either wave
    move: "+0.6" within a tenth; "or more" where a mean is a bound, and then so far at least
    move of all: by the people asked, as shown and exactly; of those with plain moves, as it says
    interval of a move: as shown means and errors give it
    smallest visible: t SE of the move, 0.3 at least
    moved, perhaps, not: by Benjamini and Hochberg; a move goes to the exact side
    moved, all of them: just these have moved
    no visible change: just these, and the smallest moves that could be seen
    by chance alone: how many such lines chance makes
    not compared: the reason, from who was asked and what is so
    nobody compared: there is none
    every group named: each group of either wave is compared or has its reason

Differences and moves are of means as shown, and say so: where one of these is told as a bound
they may lie from the exact ones by as much as that bound hides.
"""

import re
from collections.abc import Mapping

import pytest

from app.scoring import figure, release
from tests.reports.truth.everything import SECOND, check_everything
from tests.reports.truth.fields import KNOWN, fields_of
from tests.reports.truth.figures import ALIKE, FIGURE, OVERALL
from tests.reports.truth.release import RELEASE
from tests.reports.truth.words import Told

CHUNKS, EACH = 8, 200
#: What is said of so few that one organisation is named that has it.
RARE: Mapping[str, int] = {"by chance alone": 1224, "unknown": 201}


def kinds() -> set[str]:
    """Return the kinds of the table above."""
    return set(re.findall(r"^    (.+?): ", __doc__ or "", re.MULTILINE))


def printed(told: Told) -> set[str]:
    """Return the kinds of sentences that were read; the others are figures of a release."""
    apart = ("release.", "unit.", "figure.", "overall.", "scales")
    return {kind for kind in told.seen if not kind.startswith(apart)}


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_every_printed_sentence_is_true_of_the_exact_figure(chunk: int) -> None:
    told = check_everything(range(chunk * EACH, (chunk + 1) * EACH))
    assert told.faults[:20] == []
    assert told.seen["release.units"] == EACH + EACH // SECOND
    assert printed(told) | set(RARE) == kinds()


@pytest.mark.parametrize(("kind", "seed"), RARE.items())
def test_what_is_seldom_said_is_true_too(kind: str, seed: int) -> None:
    told = check_everything(range(seed, seed + 1))
    assert told.faults == []
    assert told.seen[kind]


def test_every_field_of_a_figure_has_a_check() -> None:
    assert set(FIGURE) == fields_of(figure.Figure)
    assert set(OVERALL) == fields_of(figure.Overall)
    assert set(ALIKE) == fields_of(figure.Alike)
    assert set(RELEASE) == fields_of(release.Release)


@pytest.mark.parametrize("one", KNOWN, ids=lambda one: one.__name__)
def test_a_new_field_is_noticed(one: type) -> None:
    assert fields_of(one) == set(KNOWN[one].split())
