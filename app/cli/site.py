"""Commands of the site: serve, and the example."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.console import check_output, open_store, read_settings, say
from app.main import create_app
from app.serving import check_address, serve_site
from app.usecases.wave_keys import doubts_in_words

app = typer.Typer()


@app.command()
def serve() -> None:
    """Serve the survey, the results and the reports."""
    settings = read_settings()
    check_address(settings)
    with open_store(settings) as store, store.reading() as work:
        if work.accounts.are_none():
            say.print("Nobody has an account yet: run “siloscope owner ADDRESS” to make the first.")
    for doubt in doubts_in_words(settings.wave_keys, settings.data):
        say.print(doubt)
    serve_site(create_app(settings), settings)


@app.command()
def demo(
    folder: Annotated[Path, typer.Option(help="Where the demo keeps its data.")] = Path("demo"),
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the PDF goes.")] = Path(
        "telecom-report.pdf"
    ),
    serving: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve afterwards.")] = True,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start over, dropping its data.")] = False,
) -> None:
    """Do the main job on an example: ask simulated staff, close, write the report, serve."""
    from app.demo.story import tell_story

    check_output(output)
    settings = read_settings().model_copy(
        update={
            "data": folder,
            "keys": None,
            "keys_mirror": None,
            "database": "",
            "second_factor": False,
        }
    )
    if serving:
        check_address(settings)
    tell_story(settings, output, fresh=fresh, say=say.print)
    if serving:
        serve_site(create_app(settings), settings)
