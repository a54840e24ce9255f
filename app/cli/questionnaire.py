"""Commands on questionnaires: check, preview, compare, copy."""

import shutil
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from app.advice.topics import FaultyTopic, lint_topics, load_topics
from app.cli.console import BadInput, check_output, complain, count, say
from app.language import translations
from app.questionnaires.comparison import Verdict, is_comparable
from app.questionnaires.comparison import compare as compare_catalogues
from app.questionnaires.lint import Breach, lint
from app.questionnaires.loader import load_instrument, make_instrument, overridden
from app.questionnaires.presentation import PATTERNS
from app.questionnaires.questionnaire import Instrument
from app.questionnaires.sources import (
    CATALOGUE,
    Catalogue,
    CatalogueFault,
    FaultyCatalogue,
    catalogue_with,
    read_catalogue,
)
from app.questionnaires.timing import expected_seconds
from app.questionnaires.translation import translate, translation_of, untranslated
from app.reports.questionnaires import paper_preview, screen_preview
from app.web.assets import stylesheet

app = typer.Typer(no_args_is_help=True, help="Check, preview, compare and copy questionnaires.")

Folder = Annotated[
    Path | None, typer.Option("--questionnaires", help="Your own catalogue; else the built-in one.")
]
Modules = Annotated[
    list[str] | None, typer.Option("--module", "-m", help="A module to ask too; repeat for more.")
]
Language = Annotated[str, typer.Option(help="A translation, e.g. de; else as it is written.")]


def read_instrument(
    folder: Path | None, modules: Iterable[str] | None, language: str
) -> Instrument:
    """Return the instrument that a command names. Raises BadInput with every fault printed."""
    try:
        # Resolved, since what was read is kept by its place.
        instrument = load_instrument((folder or CATALOGUE).resolve(), language)
    except FaultyCatalogue as error:
        raise _refused(error.faults) from error
    known = ", ".join(module.id for module in instrument.modules) or "none"
    try:
        return instrument.with_modules(list(modules or ()))
    except KeyError as error:
        raise BadInput(f"There is no module {error.args[0]!r}; choose from: {known}.") from error


def warn_of_wording(folder: Path) -> None:
    """Say how many writing rules a catalogue breaks; whether to ask it is the asker's choice."""
    breaches = lint(read_catalogue(folder))
    if breaches:
        rules = count(len(breaches), "writing rule is", "writing rules are")
        complain.print(f"{rules} not kept; see “siloscope questionnaire check {folder}”.")


def _refused(found: Iterable[CatalogueFault | Breach]) -> BadInput:
    lines = [str(one) for one in found]
    for line in lines:
        complain.print(line)
    return BadInput(f"{count(len(lines), 'fault', 'faults')} found; see above.")


@app.command()
def check(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Catalogue folders or single files; else built in.")
    ] = None,
) -> None:
    """Check questionnaires against the writing rules; name file, item, rule and remedy."""
    found: list[CatalogueFault | Breach] = []
    for file in files or [CATALOGUE]:
        try:
            catalogue = catalogue_with(file)
            found += _of_file(file, lint(catalogue))
            _describe(catalogue)
            found += _translated(catalogue)
        except FaultyCatalogue as error:
            found += _of_file(file, error.faults)
    wording = _topics() if not files else []
    for fault in wording:
        complain.print(fault)
    if found or wording:
        raise _refused(found) if found else BadInput("Topics of advice have faults; see above.")
    say.print("No fault found.")


def _topics() -> list[str]:
    """What is wrong with the topics of scope advice, which ship beside the questionnaires."""
    try:
        topics = load_topics()
    except FaultyTopic as error:
        return [str(error)]
    say.print(f"scope advice: {count(len(topics), 'topic', 'topics')} with five reaches each")
    return list(lint_topics(topics))


def _of_file(file: Path, found: Iterable[CatalogueFault | Breach]) -> list[CatalogueFault | Breach]:
    """Only what is wrong in the file that was named, if it is one file."""
    every = list(found)
    if file.is_dir() or not file.exists():
        return every
    own = [one for one in every if one.file.resolve() == file.resolve()]
    # Where another file keeps the catalogue from being read, nothing was checked yet.
    unread = any(isinstance(one, CatalogueFault) for one in every)
    return own or (every if unread else [])


def _describe(catalogue: Catalogue) -> None:
    instrument = make_instrument(catalogue)
    core = instrument.with_modules(())
    say.print(f"{catalogue.folder.name}, version {instrument.version}, {instrument.language}:")
    for kind in catalogue.kinds.values():
        minutes = expected_seconds(core.for_kind(kind.id)) / 60
        own = overridden(kind)
        if kind.mirror:
            said = f"all its {count(len(own), 'anchor', 'anchors')} in its own words"
        else:
            said = f"overrides {', '.join(own)}" if own else "overrides nothing"
        say.print(f"  {kind.id}: {minutes:.1f} minutes; {said}")
    for module in instrument.modules:
        with_it = instrument.with_modules([module.id]).questionnaires[0]
        added = (expected_seconds(with_it) - expected_seconds(core.questionnaires[0])) / 60
        say.print(f"  module {module.id}: {added:.1f} minutes more")


def _translated(catalogue: Catalogue) -> list[CatalogueFault | Breach]:
    """What is wrong in translations; what is missing as a whole is only told."""
    found: list[CatalogueFault | Breach] = []
    names = {file.stem.partition(".")[2] for file in catalogue.folder.rglob("*.*.toml")}
    for language in sorted(names):
        missing = [
            translation_of(file, language).name for file in untranslated(catalogue, language)
        ]
        if missing:
            say.print(f"  {language}: not translated, and left out: {', '.join(missing)}")
        if language not in translations():
            say.print(f"  {language}: pages still speak English around it; see docs.")
        try:
            found += lint(translate(catalogue, language))
        except FaultyCatalogue as error:
            found += error.faults
    return found


@app.command()
def preview(
    kind: Annotated[str, typer.Argument(help="The kind of group, e.g. data-centre.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="FILE.html as on screen, or FILE.pdf.")
    ] = None,
    module: Modules = None,
    questionnaires: Folder = None,
    language: Language = "",
    form: Annotated[int, typer.Option(min=1, max=len(PATTERNS), help="Which order.")] = 1,
) -> None:
    """Show a questionnaire as a respondent will see it, or as a form on paper."""
    instrument = read_instrument(questionnaires, module, language)
    try:
        questionnaire = instrument.for_kind(kind)
    except KeyError as error:
        known = ", ".join(instrument.kinds)
        raise BadInput(f"There is no kind {kind!r}; choose from: {known}.") from error
    if output:
        _write(output, instrument, kind, form)
    minutes = expected_seconds(questionnaire) / 60
    say.print(
        f"{questionnaire.title}: {len(questionnaire.items)} questions, {minutes:.1f} minutes."
    )
    if not output:
        say.print("To see it, name a file: -o FILE.html as on screen, -o FILE.pdf as on paper.")


def _write(output: Path, instrument: Instrument, kind: str, form: int) -> None:
    check_output(output)
    try:
        match output.suffix.lower():
            case ".html":
                output.write_text(
                    screen_preview(instrument, kind, form, stylesheet()), encoding="utf-8"
                )
            case ".pdf":
                with TemporaryDirectory(prefix="siloscope-") as folder:
                    output.write_bytes(
                        paper_preview(instrument, kind, form, Path(folder)).read_bytes()
                    )
            case _:
                raise BadInput(f"{output} must end in .html (as on screen) or .pdf (paper form).")
    except OSError as error:
        raise BadInput(f"{output} cannot be written: {error.strerror}.") from error
    say.print(output.resolve())


@app.command()
def compare(
    old: Annotated[Path, typer.Argument(help="The folder of the earlier edition.")],
    new: Annotated[Path, typer.Argument(help="The folder of the new one.")],
) -> None:
    """Say, item by item, whether answers to two editions may be compared."""
    try:
        found = compare_catalogues(read_catalogue(old), read_catalogue(new))
    except FaultyCatalogue as error:
        raise _refused(error.faults) from error
    same = sum(1 for one in found if one.verdict is Verdict.SAME)
    say.print(f"{count(same, 'item is', 'items are')} the same.")
    for one in found:
        if one.verdict is not Verdict.SAME:
            say.print(str(one))
    if not is_comparable(found):
        raise BadInput("Waves with these two editions cannot be compared on every item.")
    say.print("Waves with these two editions may be compared.")


@app.command()
def copy(folder: Annotated[Path, typer.Argument(help="Where to; it must not exist yet.")]) -> None:
    """Copy the built-in questionnaires to a folder of your own, to change them there."""
    if folder.exists():
        raise BadInput(f"{folder} exists already; name a new folder.")
    shutil.copytree(CATALOGUE, folder)
    say.print(f"{folder.resolve()}: change it, check it with “siloscope questionnaire check”, and")
    say.print("ask it with “siloscope launch … --questionnaires” and the folder.")
