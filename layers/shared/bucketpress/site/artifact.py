"""The artifact, and the names of the artifacts each section may have."""

import hashlib
from dataclasses import dataclass, field

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
    with which status the object is to be served, None for 200. `etag` is what a single-part PUT without KMS gives the
    object: the MD5 of its bytes in hexadecimal.
    """

    key: str
    data: bytes
    content_type: str
    cache_control: str = CHANGING
    redirect_to: str | None = None
    status: int | None = None
    etag: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make the ETag, which is asked for several times."""
        object.__setattr__(self, "etag", hashlib.md5(self.data, usedforsecurity=False).hexdigest())
