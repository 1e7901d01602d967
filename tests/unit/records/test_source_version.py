"""When two versions of a source are one."""

from dataclasses import replace
from datetime import UTC, datetime

from bucketpress.records.source_version import SourceVersion

VERSION = SourceVersion(key="posts/a.md", version="v1", etag="e1")


def test_a_version_is_the_same_whenever_the_store_says_it_was_put() -> None:
    assert VERSION.modified is None
    assert replace(VERSION, modified=datetime(2011, 1, 10, tzinfo=UTC)) == VERSION
    assert replace(VERSION, version="v2") != VERSION
