"""`python -m app.cli` is the command `siloscope`."""

from app.cli import run

run()
