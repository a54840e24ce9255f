"""The site's own files: stylesheet, scripts, typeface; and Plotly from its package."""

import gzip
import hashlib
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.web.security import FOR_GOOD

STATIC = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".csv": "text/csv"}

router = APIRouter()


@lru_cache
def asset_url(name: str) -> str:
    """Return the address of a file, with the hash of its content."""
    return f"/static/{hashlib.sha256(_content(name)).hexdigest()[:12]}/{name}"


def stylesheet() -> str:
    """Return the site's stylesheet, for a page that must stand alone."""
    return _content("siloscope.css").decode()


@lru_cache
def _content(name: str) -> bytes:
    if name == "plotly.js":
        return (files("plotly") / "package_data" / "plotly.min.js").read_bytes()
    return (STATIC / name).read_bytes()


@lru_cache
def _packed(name: str) -> bytes:
    return gzip.compress(_content(name), 6, mtime=0)


@lru_cache
def _known() -> frozenset[str]:
    return frozenset([file.name for file in STATIC.iterdir()] + ["plotly.js"])


@router.get("/static/{version}/{name}")
def asset(request: Request, version: str, name: str) -> Response:
    """Serve one of our files; its address changes with its content, so it is kept for good."""
    if name not in _known() or not asset_url(name).startswith(f"/static/{version}/"):
        return Response(status_code=404)
    headers = {"Cache-Control": FOR_GOOD, "Vary": "Accept-Encoding"}
    media_type = _TYPES[Path(name).suffix]
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(_packed(name), headers=headers, media_type=media_type)
    return Response(_content(name), headers=headers, media_type=media_type)


@router.get("/robots.txt")
def robots() -> Response:
    """Nothing here is for search engines."""
    return Response("User-agent: *\nDisallow: /\n", media_type="text/plain")
