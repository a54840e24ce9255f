"""Where the files that travel with the code are, in a checkout and in an installed wheel."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def resource(name: str) -> Path:
    """Return the folder `name` (templates, alembic) inside the wheel or beside `app/`."""
    installed = PACKAGE / name
    return installed if installed.is_dir() else PACKAGE.parent / name
