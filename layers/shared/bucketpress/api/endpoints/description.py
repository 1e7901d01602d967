"""The operations that describe the API: its OpenAPI document and a page made from it, both written beforehand."""

from functools import cache
from pathlib import Path

from bucketpress.api.call import Call
from bucketpress.api.http import CSS, FIXED, HTML, JSON, Rendered, Reply
from bucketpress.api.negotiation import chosen

FOLDER = Path(__file__).parents[1] / "static"


def openapi(call: Call) -> Reply:
    """Give the OpenAPI document."""
    return _file(call, "openapi.json", JSON)


def documentation(call: Call) -> Reply:
    """Give the documentation page."""
    return _file(call, "docs.html", HTML)


def stylesheet(call: Call) -> Reply:
    """Give the page's stylesheet: the site's policy allows none inside of it."""
    return _file(call, "docs.css", CSS)


def _file(call: Call, name: str, content_type: str) -> Reply:
    chosen(call.accept, (content_type.partition(";")[0],))
    data = _read(name)
    return Reply(
        basis=data.decode(), render=lambda: Rendered(data=data), content_type=content_type, cache_control=FIXED
    )


@cache
def _read(name: str) -> bytes:
    return (FOLDER / name).read_bytes()
