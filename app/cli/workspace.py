"""Commands of the workspace: its first owner, its log, handing a client over."""

from pathlib import Path
from random import SystemRandom
from typing import Annotated

import typer

from app.cli.console import (
    BadInput,
    check_output,
    count,
    open_store,
    read_file,
    read_settings,
    say,
    wave_id,
)
from app.main import utc_now
from app.usecases.accounts import create_owner
from app.usecases.audit_log import verify_audit_log
from app.usecases.handover import export_client
from app.usecases.members import Member, Role, adopt_clients
from app.usecases.takeover import take_over_client
from app.usecases.wave_keys import destroy_unknown, doubts_in_words, state_in_words, tidy_keys

app = typer.Typer()
log = typer.Typer(no_args_is_help=True, help="The audit log of the workspace.")
client = typer.Typer(no_args_is_help=True, help="Handing one client over to another installation.")


@app.command()
def owner(
    email: Annotated[str, typer.Argument(help="Address with which the owner signs in.")],
) -> None:
    """Make the first account, and print the link with which its holder chooses a password."""
    settings = read_settings()
    with open_store(settings) as store:
        code = create_owner(store, email, utc_now(), SystemRandom())
        adopt_clients(store, email)
    say.print(f"Open this link within seven days; it works once: {settings.public_url}/join#{code}")


@app.command()
def keys(
    destroy: Annotated[
        str, typer.Option(help="Destroy the keys of a wave that this database does not know.")
    ] = "",
) -> None:
    """List the keys of waves that are missing or left over; destroy leftovers of unknown waves."""
    settings = read_settings()
    with open_store(settings) as store:
        if destroy:
            removed = destroy_unknown(store, wave_id(destroy))
            say.print(f"{count(removed, 'file', 'files')} destroyed.")
        state = tidy_keys(store)
    for sentence in (*state_in_words(state), *doubts_in_words(settings.wave_keys, settings.data)):
        say.print(sentence)
    if state.lost:
        raise BadInput(f"{count(len(state.lost), 'wave lacks', 'waves lack')} keys.")
    say.print("Every open wave has its keys.")


@log.command()
def verify() -> None:
    """Check that no entry of the audit log was changed, moved or removed."""
    with open_store(read_settings()) as store:
        entries = verify_audit_log(store)
    say.print(f"The audit log is whole: {count(entries, 'entry', 'entries')}.")


@client.command("export")
def export(
    name: Annotated[str, typer.Argument(help="The name of the client.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write the archive.")],
) -> None:
    """Write everything of a client into one file, as secret as a roster."""
    check_output(output)
    with open_store(read_settings()) as store:
        with store.reading() as work:
            found = [one for one in work.organisations.all() if one.name == name]
        if len(found) != 1:
            raise BadInput(
                f"There is no client “{name}”." if not found else f"“{name}” is ambiguous."
            )
        member = Member("", "", "command line", False, found[0].id, name, Role.OWNER)
        content = export_client(store, member, utc_now())
    try:
        output.touch(mode=0o600)
        output.write_bytes(content)
    except OSError as error:
        raise BadInput(f"{output} cannot be written: {error.strerror}.") from error
    say.print(f"{output}: keep it as secret as a roster; it has names and addresses.")


@client.command("import")
def take_over(
    file: Annotated[Path, typer.Argument(help="An archive that another installation exported.")],
    owner: Annotated[str, typer.Option(help="Address of the account that will own the client.")],
) -> None:
    """Take a client over that another installation exported."""
    with open_store(read_settings()) as store:
        name = take_over_client(store, read_file(file), owner, utc_now())
    say.print(f"{name} is here now, owned by {owner}.")
