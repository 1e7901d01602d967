"""The rules of the template's two CloudFront functions, for serving a site on this machine.

`address` and `answer` mirror AddressFunction and AnswerFunction in template.yaml;
tests/unit/cli/cloudfront_cases.json is run through both, so that what is true here is true in production.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import unquote_to_bytes

from bucketpress.records.type_at_rest import TYPE_METADATA

HTML_NAME = re.compile(r"\.html?/$", re.IGNORECASE)
ILL_FORMED = re.compile(r"%(?![0-9A-Fa-f]{2})")
ACCEPT_CHARACTERS = 1000
WEIGHT = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")
# Every page has a Markdown twin, except those that only list others.
LISTINGS = re.compile(
    r"/((archive|tags|authors|search|(tags|authors)/[^/]+(/[0-9]{4})?|[0-9]{4}(/(0[1-9]|1[0-2]))?)/)?", re.DOTALL
)
# A part of a year of a tag or author, or of a month.
PARTS = re.compile(
    r"/((tags|authors)/[^/]+/[0-9]{4}|[0-9]{4}/(0[1-9]|1[0-2]))/[0-9]{8}t[0-9]{6}-[0-9a-f]{8}/", re.DOTALL
)
HTML_FILE = re.compile(r".*\.html?", re.IGNORECASE | re.DOTALL)
NEGOTIATED = re.compile(r"text/(html|markdown)", re.IGNORECASE)
VARIES = re.compile(r"(^|[ ,])(accept|\*)($|[ ,])", re.IGNORECASE)
SVG_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
# What SiteHeadersPolicy and ApiHeadersPolicy add.
SECURITY_HEADERS = {
    "strict-transport-security": "max-age=86400",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "strict-origin-when-cross-origin",
    "content-security-policy": (
        "default-src 'none'; img-src 'self' https: data:; style-src 'self'; font-src 'self'; media-src 'self' https:; "
        "manifest-src 'self'; frame-src https:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """What a request's address stands for: the address of an object, or one to redirect to."""

    uri: str = ""
    location: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A response; header names are lower-case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


def address(uri: str, query: str = "", accept: str = "") -> Address:
    """Return which object a reader's address stands for.

    `uri` and `query` are percent-encoded, as received; `accept` is the request's header.
    """
    if HTML_NAME.search(uri):
        return Address(location="/" + uri.strip("/\\") + _rebuilt(query))
    if prefers_markdown(accept) and (twin := _twin_of(uri)):
        return Address(uri=twin)
    if uri.endswith("/"):
        return Address(uri=f"{uri}index.html")
    # Files below /.well-known/ often have no extension (RFC 8615).
    if uri.startswith("/.well-known/") or _names_file(uri.rpartition("/")[2]):
        return Address(uri=uri)
    # "//host" and "/\host" would lead to another site.
    path = "/" + uri.lstrip("/\\") + "/"
    return Address(location=path + _rebuilt(query))


def answer(uri: str, origin: Answer) -> Answer:
    """Return what a reader gets for the site bucket's answer to `uri`; never called for errors."""
    status, headers = origin.status, dict(origin.headers)
    target = headers.get("x-amz-website-redirect-location") or headers.get("x-amz-meta-redirect")
    gone = headers.get("x-amz-meta-status") == "410"
    if target:
        status = HTTPStatus.MOVED_PERMANENTLY
        headers["location"] = target
    elif gone:
        status = HTTPStatus.GONE
    if target or gone:
        # Without a validator nobody asks "changed since?", and no 304 has to be turned into something else.
        headers.pop("etag", None)
        headers.pop("last-modified", None)
    # What CloudFront would not compress is stored under a plainer type.
    if kind := headers.get(f"x-amz-meta-{TYPE_METADATA}"):
        headers["content-type"] = kind
    # Pages come as HTML or as Markdown, as `address` decides by Accept.
    vary = headers.get("vary", "")
    if NEGOTIATED.match(headers.get("content-type", "")) and not VARIES.search(vary):
        headers["vary"] = f"{vary}, Accept" if vary else "Accept"
    # An SVG can carry scripts: on its own it is a download, inside a page it is still an image.
    if headers.get("content-type", "").lower().startswith("image/svg") or uri.lower().endswith(".svg"):
        headers["content-security-policy"] = SVG_POLICY
        headers["content-disposition"] = "attachment"
    return Answer(status=int(status), headers=without_noise(headers), body=origin.body)


def without_noise(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers without those that say what the origin is."""
    return {name: value for name, value in headers.items() if not name.startswith("x-amz-") and name != "server"}


def prefers_markdown(accept: str) -> bool:
    """Return whether a request wants Markdown rather than HTML (RFC 9110, section 12.5.1).

    HTML wins unless Markdown is named with more weight; a client that does not name HTML gets the Markdown it names.
    """
    # A function of CloudFront has about a millisecond; no client needs so many words.
    if len(accept) > ACCEPT_CHARACTERS:
        return False
    weights: dict[str, float] = {}
    for member in accept.split(","):
        kind, *parameters = (part.strip().lower() for part in member.split(";"))
        weight = 1.0
        for part in parameters:
            if part.startswith("q="):
                weight = float(part[2:]) if WEIGHT.fullmatch(part[2:]) else 0.0
        weights[kind] = max(weight, weights.get(kind, 0.0))
    markdown = weights.get("text/markdown", 0.0)
    named = [weights[kind] for kind in ("text/html", "application/xhtml+xml") if kind in weights]
    anything = max(weights.get("*/*", 0.0), weights.get("text/*", 0.0))
    return markdown > 0 and (markdown > max(named) if named else markdown >= anything)


def _twin_of(uri: str) -> str:
    """Return the address of a page's Markdown twin, "" for what has none."""
    if ILL_FORMED.search(uri):
        return ""
    try:
        path = unquote_to_bytes(uri).decode("utf-8")
    except UnicodeDecodeError:
        return ""
    if LISTINGS.fullmatch(path) or PARTS.fullmatch(path):
        return ""
    if path.endswith("/"):
        return f"{uri}index.md"
    return f"{uri}.md" if HTML_FILE.fullmatch(path) and not path.endswith("/index.html") else ""


def _names_file(segment: str) -> bool:
    if ILL_FORMED.search(segment):
        return True
    try:
        return "." in unquote_to_bytes(segment).decode("utf-8")
    except UnicodeDecodeError:
        return True


def _rebuilt(query: str) -> str:
    """Return a query with equal names grouped and empty pairs dropped, as CloudFront's parsed query has it."""
    values: dict[str, list[str]] = {}
    for pair in filter(None, query.split("&")):
        name, _, value = pair.partition("=")
        values.setdefault(name, []).append(value)
    pairs = [f"{name}={value}" if value else name for name, all_of in values.items() for value in all_of]
    return "?" + "&".join(pairs) if pairs else ""
