"""`python -m bench [responses] [page] [pdf] [release]`: measure these, or all."""

import argparse
import os
import platform
import time
from collections.abc import Callable

from bench.page import measure_page
from bench.pdf import measure_pdf
from bench.release import measure_release
from bench.responses import measure_responses
from bench.table import say

SECTIONS: dict[str, Callable[[], None]] = {
    "page": measure_page,
    "responses": measure_responses,
    "release": measure_release,
    "pdf": measure_pdf,
}


def main() -> None:
    """Run the sections that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="section", help=", ".join(SECTIONS))
    wanted = parser.parse_args().sections
    if unknown := set(wanted) - set(SECTIONS):
        parser.error(f"{', '.join(unknown)}: choose from {', '.join(SECTIONS)}")
    load = os.getloadavg()[0]
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} processors, load {load:.1f} before."
    )
    print("Medians of several runs; in brackets the lowest and the highest.")
    start = time.monotonic()
    for name, measure in SECTIONS.items():
        if not wanted or name in wanted:
            measure()
    say(f"done in {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()
