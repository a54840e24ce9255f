"""Where the files that travel with the code are, in a checkout and in an installed wheel."""

import hashlib
from functools import lru_cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def resource(name: str) -> Path:
    """Return the folder `name` (templates, alembic) inside the wheel or beside `app/`."""
    installed = PACKAGE / name
    return installed if installed.is_dir() else PACKAGE.parent / name


@lru_cache
def fingerprint() -> str:
    """Return a digest of the program with all its texts: it tells what another version made."""
    digest = hashlib.sha256()
    folders = (PACKAGE, resource("templates"), resource("locale"))
    for file in sorted(file for folder in folders for file in folder.rglob("*")):
        if file.is_file() and file.parent.name != "__pycache__":
            content = file.read_bytes()
            digest.update(f"{file.relative_to(PACKAGE.parent)} {len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()
