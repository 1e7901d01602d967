"""The artifact, and the names of the artifacts each section may have."""

import hashlib
from dataclasses import dataclass

from bucketpress.cache_lifetimes import CHANGING

HTML = "text/html; charset=utf-8"
MARKDOWN = "text/markdown; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"
CSS = "text/css; charset=utf-8"
XML = "application/xml; charset=utf-8"
JSON = "application/json"
BINARY = "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """One object of the site bucket.

    `key` is neither percent-encoded nor led by a slash. `redirect_to` is a percent-encoded reference; `status` says
    with which status the object is to be served, None for 200.
    """

    key: str
    data: bytes
    content_type: str
    cache_control: str = CHANGING
    redirect_to: str | None = None
    status: int | None = None

    @property
    def etag(self) -> str:
        """The ETag a single-part PUT without KMS gives the object: the MD5 of its bytes in hexadecimal."""
        return hashlib.md5(self.data, usedforsecurity=False).hexdigest()
