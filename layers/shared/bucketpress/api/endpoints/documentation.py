"""The operations that describe the API: the OpenAPI document, and a page for people with its stylesheet.

All three are files of `static/`; `make api-description` writes the first two.
"""

from functools import cache
from pathlib import Path

from bucketpress.api.call import Call
from bucketpress.api.http import Payload, Representation

STATIC_FOLDER = Path(__file__).parents[1] / "static"


def get_openapi(_call: Call) -> Representation:
    """Return the OpenAPI document."""
    return _file("openapi.json")


def get_documentation(_call: Call) -> Representation:
    """Return the documentation page."""
    return _file("docs.html")


def get_stylesheet(_call: Call) -> Representation:
    """Return the page's stylesheet: the site's content security policy allows none inside a page."""
    return _file("docs.css")


def _file(name: str) -> Representation:
    data = _read(name)
    return Representation(validator=data.decode(), render=lambda: Payload(data=data))


@cache
def _read(name: str) -> bytes:
    return (STATIC_FOLDER / name).read_bytes()
