"""One version of an object in the content bucket."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceVersion:
    """One version of an object in the content bucket.

    `etag` identifies its bytes, `version` the version itself; both are opaque. `size` is in bytes, `modified` when it
    was put, as far as the store tells. A delete marker has `deleted` set and neither etag nor size.
    """

    key: str
    version: str
    etag: str = ""
    size: int = 0
    deleted: bool = False
    modified: datetime | None = field(default=None, compare=False)
