"""What is found under a path or a name, decided from the records of those who have or had it."""

from dataclasses import replace

import pytest

from bucketpress.content.post import State
from bucketpress.content.source_keys import SourceKind
from bucketpress.errors import BucketpressError
from bucketpress.records.record import Record
from bucketpress.services.queries.lookup import (
    GoneError,
    MovedError,
    NeverPublishedError,
    UnsettledError,
    formerly_owned,
    named,
    owned,
)
from bucketpress.site.entry_ids import names_of
from bucketpress.site.impact import ShownAsset
from tests.support.values import entry, publication

LIVE = publication(entry()).record
REMOVED = replace(LIVE, key="posts/b.md", state=State.REMOVED, shown=None)
PAGE = publication(entry("pages/about.md", kind=SourceKind.PAGE)).record
FILE = Record(
    key="static/a.png",
    kind=SourceKind.ASSET,
    state=State.PUBLISHED,
    path="/a.png",
    shown=ShownAsset(path="/a.png", etag="e"),
)


def test_the_post_that_has_a_path_is_found_there() -> None:
    assert owned(LIVE, LIVE.path or "") == LIVE.shown


@pytest.mark.parametrize(
    ("record", "path", "error"),
    [
        (REMOVED, LIVE.path, UnsettledError),
        (LIVE, "/other/", UnsettledError),
        (PAGE, PAGE.path, NeverPublishedError),
        (FILE, FILE.path, NeverPublishedError),
    ],
)
def test_whoever_has_a_path_and_is_no_post_or_has_moved_meanwhile_is_not_found(
    record: Record, path: str, error: type[BucketpressError]
) -> None:
    with pytest.raises(error):
        owned(record, path)


@pytest.mark.parametrize(
    ("records", "error"),
    [
        ([], NeverPublishedError),
        ([REMOVED], GoneError),
        ([LIVE], MovedError),
        ([REMOVED, LIVE], MovedError),
        ([replace(LIVE, path="/old/")], UnsettledError),
        ([FILE], NeverPublishedError),
        ([PAGE], NeverPublishedError),
        ([PAGE, LIVE], GoneError),  # readers are led to the page, of which the API does not speak
        ([replace(FILE, state=State.REMOVED, shown=None), REMOVED], GoneError),
    ],
)
def test_a_path_that_nobody_has_leads_to_the_first_who_had_it_and_is_still_there(
    records: list[Record], error: type[BucketpressError]
) -> None:
    assert type(formerly_owned(records, "/old/")) is error


def test_one_name_leads_to_the_post_that_still_has_it() -> None:
    renamed = publication(entry("posts/0.md", slug="other", id="other")).record
    (name,) = names_of(entry()) - {"slug:a"}

    assert named([renamed, REMOVED, LIVE], name) == LIVE.shown


@pytest.mark.parametrize(("records", "error"), [([REMOVED, LIVE], MovedError), ([REMOVED], GoneError), ([], GoneError)])
def test_a_name_that_no_post_has_any_more_leads_to_who_had_it(
    records: list[Record], error: type[BucketpressError]
) -> None:
    with pytest.raises(error):
        named(records, "slug:former")
