"""The command that attacks the installation, and says what it could and could not do."""

import sys
from typing import Annotated

import typer

from app.cli.console import BadInput, count, open_store, read_settings, say, wave_id
from app.main import utc_now
from app.usecases.privacy_attacks import Attempt
from app.usecases.privacy_check import check_installation, check_wave, has_open_waves

app = typer.Typer()


@app.command("privacy-check")
def privacy_check(
    wave: Annotated[str, typer.Argument(help="A wave whose rows and keys are tried as well.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Write while waves are open.")] = False,
) -> None:
    """Try to join people to answers with all that is kept, and say how far that got.

    Canaries answer in a client of their own, which is removed afterwards; their answers are looked
    for in every byte of the database, its log, the data folder and the folders of keys.
    """
    settings = read_settings()
    with open_store(settings) as store:
        if has_open_waves(store) and not yes:
            if not sys.stdin.isatty():
                raise BadInput("Waves are open, and the check writes beside them: add --yes.")
            typer.confirm("Waves are open. Let canaries answer beside them?", abort=True)
        attempts = [*check_installation(store, settings.data, utc_now())]
        if wave:
            attempts += check_wave(store, wave_id(wave), settings.data)
    for attempt in attempts:
        say.print(f"{_state(attempt)}  {attempt.way}: {attempt.finding}")
    leaks = sum(1 for attempt in attempts if attempt.is_leak)
    if leaks:
        raise BadInput(f"{count(leaks, 'way', 'ways')} should not have worked.")
    missed = sum(1 for attempt in attempts if not attempt.was_made)
    tried = count(len(attempts) - missed, "way", "ways")
    say.print(f"{tried} tried, {missed} not: nobody could be joined to an answer.")


def _state(attempt: Attempt) -> str:
    if attempt.is_leak:
        return "LEAK"
    return "ok  " if attempt.was_made else "--  "
