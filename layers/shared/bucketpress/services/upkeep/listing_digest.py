"""Digests of what both buckets list: pure. Listings that are the same as before hold nothing new to compare."""

import hashlib
from collections.abc import Iterable

from bucketpress.records.source_version import SourceVersion


def digest_of_nothing(generation: str) -> str:
    """Return the digest that a listing begins with, another one for every generation."""
    return _extended("", [generation])


def digest_with_sources(digest: str, versions: Iterable[SourceVersion]) -> str:
    """Return a digest with the next objects of the content bucket in it, in key order, however they are paged.

    The same bytes put again are told apart by the moment or the version, whichever the store lists.
    """
    for version in versions:
        modified = version.modified.isoformat() if version.modified else ""
        digest = _extended(digest, [version.key, version.etag, version.version, modified])
    return digest


def digest_with_objects(digest: str, objects: Iterable[tuple[str, str]]) -> str:
    """Return a digest with the next objects of the site bucket in it, keys and ETags in key order."""
    for listed in objects:
        digest = _extended(digest, listed)
    return digest


def _extended(digest: str, texts: Iterable[str]) -> str:
    # A length before each text: what is listed cannot be read in two ways.
    data = b"".join(b"%d:%s" % (len(each), each) for each in (text.encode() for text in (digest, *texts)))
    return hashlib.sha256(data).hexdigest()
