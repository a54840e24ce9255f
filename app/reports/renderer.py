"""The child process that renders: HTML on standard input, PDF/UA-1 on standard output.

The only module that touches WeasyPrint, and it imports nothing of ours: numpy and its like
would cost every report 40 MB and a third of a second.
"""

import ctypes.util
import gc
import logging
import resource
import sys

#: Seconds of work, and bytes of memory, that one report may take before it is stopped.
SECONDS = 120
MEMORY = 2 * 1024**3

#: Exit status that tells a missing system library from all other faults.
MISSING_LIBRARY = 3


def main() -> int:
    """Read HTML, write PDF; the exit status tells a missing library from other faults."""
    _limit_resources()
    if sys.platform == "linux":
        # WeasyPrint tries the names of other systems first, and for each of them this would
        # start a compiler to look for the library.
        ctypes.util.find_library = _find_nothing
    try:
        import weasyprint
        from weasyprint.urls import URLFetcher
    except OSError:
        return MISSING_LIBRARY
    # Collecting garbage finds nothing here and takes a fifth of the time.
    gc.disable()
    logging.getLogger("weasyprint").addHandler(logging.StreamHandler(sys.stderr))
    document = weasyprint.HTML(
        string=sys.stdin.buffer.read().decode(),
        url_fetcher=URLFetcher(allowed_protocols=("data",)),
    )
    sys.stdout.buffer.write(document.write_pdf(pdf_variant="pdf/ua-1"))
    return 0


def _find_nothing(name: str) -> str | None:
    return None


def _limit_resources() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    sys.exit(main())
