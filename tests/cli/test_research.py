"""`siloscope analyse`: data that somebody holds already."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command_line import CommandLine
from tests.scoring.builders import TYPICAL

HEADER = "group,resp," + ",".join(f"{code}{n}" for code in ("VS", "CU", "ME") for n in range(1, 7))
R5 = range(1, 6)
GROUPS = "group,parent,roster\nbig,Division,12\nsmall,Division,4\ntiny,Division,3\n"


def rows_of(group: str, people: tuple[str, ...], first: int = 1) -> list[str]:
    cells = [",".join("" if c == "?" else c for c in answers * 3) for answers in people]
    return [f"{group},{first + number},{line}" for number, line in enumerate(cells)]


@pytest.fixture
def files(siloscope: CommandLine) -> CommandLine:
    lines = [HEADER, *rows_of("big", TYPICAL), *rows_of("small", ("444444",) * 3, 20)]
    lines += rows_of("tiny", ("555555", "555???"), 30)
    write(siloscope.folder, "answers.csv", "\n".join(lines))
    write(siloscope.folder, "groups.csv", GROUPS)
    return siloscope


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def analysed(files: CommandLine, *options: str) -> dict[str, Any]:
    ended = files("analyse", "answers.csv", "--roster", "groups.csv", "--json", *options)
    assert ended.status == 0, ended.err
    found: dict[str, Any] = json.loads(ended.out)
    return found


# The first worked example of the method (2.5), from a file to JSON.
def test_the_worked_example_comes_out_of_the_file(files: CommandLine) -> None:
    found = analysed(files, "--all")
    assert [group["group"] for group in found["groups"]] == ["big", "small", "tiny"]
    figures = found["groups"][0]["orientations"]["VS"]
    assert figures["p"] == {"2": "47/48", "3": "29/48", "4": "1/16", "5": "0"}
    assert (figures["n"], figures["n_invalid"]) == (8, 0)
    assert (figures["level"], figures["band"]) == (2, [2, 3])
    assert figures["mean"] == pytest.approx(2.6458, abs=5e-5)
    assert figures["sd"] == pytest.approx(0.483, abs=5e-4)
    assert figures["se"] == pytest.approx(0.132, abs=5e-4)
    assert figures["ci95"] == pytest.approx([2.33, 2.96], abs=5e-3)
    assert figures["progress"] == pytest.approx(0.906, abs=5e-4)
    assert figures["response_rate"] == pytest.approx(8 / 12)
    share = Fraction(47, 48)
    turns = float((Fraction(2, 3) - Fraction(2, 3) * share) / Fraction(1, 3))
    assert figures["tipping_point"] == pytest.approx(turns)
    assert figures["split"] is False


def test_the_shape_is_the_documented_one(files: CommandLine) -> None:
    found = analysed(files, "--all")
    assert set(found) == {
        *("groups", "organisation", "reliability", "released", "left_out", "warnings")
    }
    assert set(found["groups"][0]) == {"group", "roster", "orientations", "overall"}
    assert set(found["groups"][0]["overall"]) == {"mean", "se", "level", "band"}
    assert set(found["groups"][0]["orientations"]["CU"]) == {
        *("n", "n_invalid", "response_rate", "mean", "median", "sd", "se", "se_textbook", "ci95"),
        *("p", "p_se", "level", "band", "progress", "split", "ad_mean", "ad_median"),
        *("rwg_uniform", "rwg_slight_skew", "lindell", "tipping_point", "worst_case_mean"),
    }
    assert set(found["organisation"]["ME"]) == {"n", "mean", "se", "p", "level"}
    assert set(found["reliability"]["VS"]) == {
        *("n", "groups", "MSB", "MSW", "F", "p_value", "icc1", "icc1_mean_n", "icc2"),
        *("alpha", "alpha_within", "omega", "item_total", "alpha_if_dropped"),
    }
    assert list(found["reliability"]["VS"]["item_total"]) == [f"VS{n}" for n in range(1, 7)]
    assert found["released"][0] == {"orientation": "VS", "unit": "big", "n": 8, "groups": ["big"]}


def test_one_person_and_nobody_have_nulls_and_no_nan(files: CommandLine) -> None:
    write(files.folder, "groups.csv", GROUPS + "empty,Division,6\n")
    tiny, empty = analysed(files, "--all")["groups"][2:]
    figures = tiny["orientations"]["VS"]
    assert (figures["n"], figures["n_invalid"], figures["mean"], figures["se"]) == (1, 1, 5.0, None)
    assert (figures["band"], figures["lindell"], figures["ci95"]) == (None, None, None)
    assert empty["orientations"]["VS"]["mean"] is None
    assert empty["orientations"]["VS"]["response_rate"] == 0
    assert empty["overall"] is None


def test_small_groups_are_hidden_and_left_out_where_even_together_they_are_few(
    files: CommandLine,
) -> None:
    found = analysed(files)
    shown, small, tiny = (group["orientations"]["VS"] for group in found["groups"])
    assert shown is not None
    assert (small, tiny) == (None, None)
    # Three and one usable answers are together four, and one row holds none: in no figure.
    assert found["left_out"] == {"VS": 5, "CU": 5, "ME": 5}
    assert found["organisation"] == {"VS": None, "CU": None, "ME": None}
    assert found["reliability"]["VS"]["alpha"] is None
    assert {row["unit"] for row in found["released"]} == {"big"}
    assert analysed(files, "--all")["released"] == found["released"]
    assert analysed(files, "--k", "13")["released"] == []


def test_the_table_is_for_people(files: CommandLine) -> None:
    out = files("analyse", "answers.csv", "--roster", "groups.csv").out
    assert "not shown: under 5" in out
    assert "too few to show: 5 rows of answers." in out
    everything = files("analyse", "answers.csv", "--roster", "groups.csv", "--all").out
    assert "not shown" not in everything
    assert "too few to show" not in everything


def test_the_table_says_how_figures_are_meant(files: CommandLine) -> None:
    lines = [HEADER, *rows_of("big", ("555555",) * 11 + ("111111",))]
    lines += rows_of("small", ("222222",) * 4 + ("444444",) * 4, 20)
    lines += rows_of("tiny", ("222222", "333333", "444444") * 6, 40)
    write(files.folder, "answers.csv", "\n".join(lines))
    write(files.folder, "groups.csv", "group,roster\nbig,12\nsmall,8\ntiny,50\n")
    out = files("analyse", "answers.csv", "--roster", "groups.csv").out
    rows = {cells[0]: cells[1:] for cells in map(str.split, out.splitlines()) if len(cells) > 5}
    # All but one are of one mind: no error, and nothing that follows from it.
    assert rows["big"] == ["VS", "12", "(100", "%)", "5", "5", *["4.6", "or", "more"], *["–"] * 4]
    assert rows["small"] == ["VS", "8", "(100", "%)", "split", *["–"] * 6]
    assert "under 40 % answered" in out
    assert "Organisation" not in out
    everything = files("analyse", "answers.csv", "--roster", "groups.csv", "--all").out
    assert "4.67" in everything
    assert "Organisation, respondents pooled" in everything
    small = next(line for line in everything.splitlines() if line.startswith(" small")).split()
    assert (small[5], small[7]) == ("split", "3.00")


def test_a_mean_at_the_end_is_printed_as_a_bound(files: CommandLine) -> None:
    varied = ("111111",) * 10 + ("111112", "111122") * 3 + ("111222", "112222") * 2
    lines = [HEADER, *rows_of("big", varied), *rows_of("small", ("555555",) * 5, 20)]
    write(files.folder, "answers.csv", "\n".join(lines))
    write(files.folder, "groups.csv", "group,roster\nbig,20\nsmall,8\n")
    out = files("analyse", "answers.csv", "--roster", "groups.csv").out
    assert "1.2 or less" in out
    # Of five people a mean leaves room for all answers of one and some of another.
    assert "4.1 or more" in out
    found = analysed(files)
    assert [g["orientations"]["VS"]["mean"] for g in found["groups"]] == [1.2, 4.1]


def test_groups_that_are_shown_together_are_a_row_of_their_own(files: CommandLine) -> None:
    lines = [HEADER, *rows_of("big", TYPICAL), *rows_of("small", ("444444",) * 3, 20)]
    lines += rows_of("tiny", ("333333",) * 3, 30)
    write(files.folder, "answers.csv", "\n".join(lines))
    found = analysed(files)
    assert [g["group"] for g in found["groups"]] == [
        *("big", "small", "tiny", "small and tiny together")
    ]
    assert found["groups"][1]["orientations"] == {"VS": None, "CU": None, "ME": None}
    assert found["groups"][3]["roster"] == 7
    assert found["groups"][3]["orientations"]["ME"]["n"] == 6
    row = found["released"][1]
    assert (row["unit"], row["groups"]) == ("small and tiny together", ["small", "tiny"])
    out = files("analyse", "answers.csv", "--roster", "groups.csv").out
    assert "in a pool: under 5" in out
    assert len(analysed(files, "--all")["groups"]) == 3


def test_one_orientation_alone_can_be_analysed(files: CommandLine) -> None:
    lines = [f"group,{','.join(f'CU{n}' for n in range(1, 7))}"]
    lines += [f"big,{','.join(answers)}" for answers in TYPICAL]
    write(files.folder, "answers.csv", "\n".join(lines))
    for options in ((), ("--all",)):
        found = analysed(files, *options)
        big = found["groups"][0]
        assert list(big["orientations"]) == ["CU"]
        assert (big["orientations"]["CU"]["n"], big["orientations"]["CU"]["level"]) == (8, 2)
        assert big["overall"] is None
        for part in ("organisation", "reliability", "left_out"):
            assert list(found[part]) == ["CU"]
    assert " CU " in files("analyse", "answers.csv", "--roster", "groups.csv").out


@pytest.mark.parametrize("header", ["group,resp", "group,AC1,AC2,AC3"])
def test_a_file_without_any_orientation_is_refused(files: CommandLine, header: str) -> None:
    write(files.folder, "answers.csv", f"{header}\nbig{',1' * header.count(',')}\n")
    ended = files("analyse", "answers.csv", "--roster", "groups.csv")
    assert (ended.status, ended.out) == (2, "")
    assert "line 1: the file holds no items of an orientation; name the columns" in ended.err


def test_an_item_that_was_coded_the_other_way_round_is_named(files: CommandLine) -> None:
    people = ["".join(map(str, (v, 6 - v, v, min(5, v + n % 2), v))) for n in range(14) for v in R5]
    lines = [f"group,{','.join(f'VS{n}' for n in range(1, 6))}"]
    lines += [f"big,{','.join(answers)}" for answers in people]
    write(files.folder, "answers.csv", "\n".join(lines))
    write(files.folder, "groups.csv", "group,roster\nbig,80\n")
    for options in ((), ("--all",)):
        (said,) = analysed(files, *options)["warnings"]
        assert said.startswith("VS2 runs against the other items of VS")
        assert said in files("analyse", "answers.csv", "--roster", "groups.csv", *options).out


def test_a_roster_may_leave_the_parents_out(files: CommandLine) -> None:
    write(files.folder, "groups.csv", "group;roster\nbig;12\nsmall;4\ntiny;3\n")
    assert {row["unit"] for row in analysed(files)["released"]} == {"big"}


def test_more_answers_than_people_is_a_warning(files: CommandLine) -> None:
    write(files.folder, "groups.csv", GROUPS.replace("12", "6"))
    found = analysed(files)
    assert "big: 8 answers for a roster of 6; check the roster." in found["warnings"]
    assert found["groups"][0]["orientations"]["VS"]["response_rate"] == 1


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        ("answers.csv", "small,20,4", "small,20,6", "line 10, VS1: “6” must be 1, 2, 3, 4 or 5"),
        ("answers.csv", "small,20", "nowhere,20", "line 10, group: “nowhere” is not in the roster"),
        ("answers.csv", "small,20", "small,21", "line 11, resp: “21” answered in line 10 already"),
        ("answers.csv", "small,20", ",20", "line 10, group: is empty."),
        ("answers.csv", "small,20", "Division,20", "line 10, group: “Division” holds other groups"),
        ("answers.csv", "VS6", "note", "line 1: “note” is no column of answers"),
        ("answers.csv", "VS6", "VS5", "line 1: “group, resp, VS1"),
        (
            "groups.csv",
            "tiny,Division,3",
            "tiny,Division,x",
            "line 4, roster: “x” must be",
        ),
        (
            "groups.csv",
            "tiny,Division,3",
            "tiny,Division,0",
            "line 4, roster: “0” must be",
        ),
        ("groups.csv", "tiny,", "big,", "line 4, group: “big” stands in line 2 already"),
        (
            "groups.csv",
            "tiny,",
            "Organisation,",
            "line 4, group: “Organisation” is the name",
        ),
        ("groups.csv", "tiny,", ",", "line 4, group: is empty"),
        ("groups.csv", "big,Division,12", "Division,big,1\nbig,Division,2", "lie below itself"),
        ("groups.csv", "big,Division,12", "Division,,9\nbig,Division,12", "leave it empty"),
        ("groups.csv", "group,", "team,", "line 1: “team, parent, roster” lacks the column group"),
    ],
)
def test_a_fault_is_named_and_nothing_is_computed(
    files: CommandLine, file: str, old: str, new: str, fault: str
) -> None:
    text = (files.folder / file).read_text(encoding="utf-8")
    assert old in text
    write(files.folder, file, text.replace(old, new, 1))
    ended = files("analyse", "answers.csv", "--roster", "groups.csv", "--json")
    assert (ended.status, ended.out) == (2, "")
    assert fault in ended.err
    assert ended.err.endswith(f" in {file}; nothing was computed.\n")


def test_too_few_items_or_people_are_faults(files: CommandLine) -> None:
    write(
        files.folder, "answers.csv", "group,VS1,VS2,CU1,CU2,CU3,ME1,ME2,ME3\nbig,1,2,3,4,5,1,2,3\n"
    )
    ended = files("analyse", "answers.csv", "--roster", "groups.csv")
    assert "line 1: “VS” has 2 items; an orientation needs at least 3." in ended.err
    write(files.folder, "answers.csv", HEADER + "\n")
    assert "holds no answers" in files("analyse", "answers.csv", "--roster", "groups.csv").err
    write(files.folder, "groups.csv", "group,roster\n")
    assert "holds no group" in files("analyse", "answers.csv", "--roster", "groups.csv").err


def test_missing_answers_may_be_written_in_three_ways(files: CommandLine) -> None:
    before = analysed(files, "--all")
    text = (files.folder / "answers.csv").read_text(encoding="utf-8")
    write(
        files.folder, "answers.csv", text.replace("555,,,", "555,dk,NA, ").replace(",,,", ",DK,na,")
    )
    assert analysed(files, "--all") == before


def test_acceptance_is_a_scale_of_its_own(files: CommandLine) -> None:
    lines = (files.folder / "answers.csv").read_text(encoding="utf-8").splitlines()
    more = [f"{lines[0]},AC1,AC2,AC3", *(f"{line},3,3,4" for line in lines[1:])]
    write(files.folder, "answers.csv", "\n".join(more))
    big = analysed(files, "--all")["groups"][0]
    assert big["orientations"]["AC"]["mean"] == pytest.approx(10 / 3)
    assert big["overall"]["mean"] == pytest.approx(big["orientations"]["VS"]["mean"])
    # Means of under thirty answers come in fifths.
    told = analysed(files)["groups"][0]
    assert (told["orientations"]["AC"]["mean"], told["overall"]["mean"]) == (3.4, 2.6)


def test_k_may_be_raised_but_never_lowered(files: CommandLine) -> None:
    said = files.refused("analyse", "answers.csv", "--roster", "groups.csv", "--k", "4")
    assert "never lowered below 5" in said
