"""The command `siloscope`. Bad input ends with status 2 and a sentence that says what to do."""

import sys
from io import TextIOWrapper

import typer
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app.cli import advice, privacy, questionnaire, research, site, waves, workspace
from app.cli.console import complain, read_settings
from app.reports.pdf import ReportFailed
from app.serving import calm_garbage
from app.storage.installation_key import InstallationKeyLost
from app.storage.schema import SchemaNotOurs
from app.storage.wave_keys import KeysMissing, KeysNotSafe
from app.usecases.errors import SiloscopeError, UnknownWave

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Shows where each IT group stands culturally, and which Lean project it can carry.",
)
for room in (waves, workspace, privacy, advice, research, site):
    app.add_typer(room.app)
app.add_typer(questionnaire.app, name="questionnaire")
app.add_typer(workspace.log, name="audit-log")
app.add_typer(workspace.client, name="client")


def run() -> None:
    """Run the command; what its user can mend becomes one sentence and status 2."""
    calm_garbage()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal without our quotation marks shows "?" instead of a traceback.
            stream.reconfigure(errors="replace")
    try:
        app(prog_name="siloscope")
    except UnknownWave as error:
        where = make_url(read_settings().database_url).render_as_string(hide_password=True)
        complain.print(f"{error} Looked in {where}; SILOSCOPE_DATA names another folder.")
    except (
        SiloscopeError,
        ReportFailed,
        InstallationKeyLost,
        KeysMissing,
        KeysNotSafe,
        SchemaNotOurs,
    ) as error:
        complain.print(str(error))
    except SQLAlchemyError as error:
        reason = str(error.orig if isinstance(error, DBAPIError) else error).strip()
        first = reason.partition("\n")[0].rstrip(". ")
        complain.print(f"The database cannot be used ({first}). Check SILOSCOPE_DATABASE.")
    except OSError as error:
        why = "it is no folder" if isinstance(error, FileExistsError) else error.strerror or error
        complain.print(f"{error.filename or 'A file'} cannot be used: {why}.")
    sys.exit(2)
