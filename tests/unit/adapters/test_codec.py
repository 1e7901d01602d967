"""The index's dataclasses as JSON and back."""

from datetime import datetime, timedelta, timezone
from typing import get_args

import pytest

from bucketpress.adapters.codec import decode, encode
from bucketpress.content.images import ImageSize
from bucketpress.content.settings.site_settings import AuthorProfile, MenuItem, SiteSettings
from bucketpress.content.source_keys import SourceKind
from bucketpress.records.dependency import (
    BundlePost,
    Dependency,
    LinkTarget,
    MissingPicture,
    Picture,
    Presence,
    ShowingPost,
)
from bucketpress.records.record import Outbox, Record
from bucketpress.site.impact import Shown, ShownAsset, Spot
from bucketpress.site.section_summary import SectionSummary
from tests.support.values import entry, publication

SUMMER = datetime(2010, 7, 1, 9, tzinfo=timezone(timedelta(hours=1)))


def test_a_value_comes_back_equal_with_nesting_recursion_and_offsets() -> None:
    record = publication(entry(published=SUMMER)).record
    month = SectionSummary(section="period:all:2010-07", label="2010-07", count=1, modified=SUMMER)
    year = SectionSummary(section="period:all:2010", label="2010", count=1, modified=SUMMER, detail=(month,))
    settings = SiteSettings(
        url="https://example.com",
        menu=(MenuItem(label="Home", path="/"),),
        authors={"jane": AuthorProfile(slug="jane", name="Jané")},
    )

    for value in (record, year, settings):
        assert decode(type(value), encode(value)) == value
    assert repr(decode(SectionSummary, encode(year))) == repr(year)


DEPENDENCIES = (
    LinkTarget(path="/a/"),
    LinkTarget(path=None),
    Picture(size=ImageSize(width=3, height=2)),
    Picture(size=None),
    MissingPicture(),
    *(BundlePost(presence=presence) for presence in Presence),
    *(ShowingPost(presence=presence) for presence in Presence),
)


@pytest.mark.parametrize("dependency", DEPENDENCIES)
def test_a_value_that_may_be_of_several_types_comes_back_as_the_one_it_was(dependency: Dependency) -> None:
    record = Record(key="posts/a.md", kind=SourceKind.POST, dependencies={"posts/b.md": dependency})

    assert decode(Record, encode(record)) == record


@pytest.mark.parametrize("shown", [Shown(entry=entry(), body_digest="d"), ShownAsset(path="/p.png", etag="e"), None])
def test_what_readers_see_comes_back_whether_it_is_a_post_or_a_file(shown: Shown | ShownAsset | None) -> None:
    record = Record(key="posts/a.md", kind=SourceKind.POST, shown=shown)

    assert decode(Record, encode(record)) == record


def test_every_type_a_dependency_may_be_of_is_tried_above() -> None:
    assert {type(dependency) for dependency in DEPENDENCIES} == set(get_args(Dependency))


def test_the_name_of_the_type_stands_in_the_text_only_where_several_are_possible() -> None:
    record = Record(key="posts/a.md", kind=SourceKind.POST, dependencies={"p.png": Picture(size=None)})

    assert '"dependencies":{"p.png":{"size":null,"type":"Picture","variants":null}}' in encode(record)
    assert encode(record).count('"type"') == 1


def test_equal_values_give_equal_text_whatever_the_order_of_sets() -> None:
    spots = [Spot(month="2010-03", position=str(number)) for number in range(20)]

    texts = {encode(Outbox(spots=frozenset(order), sections=frozenset("abc"))) for order in (spots, spots[::-1])}

    assert len(texts) == 1


def test_fields_added_since_take_their_defaults_and_fields_gone_are_ignored() -> None:
    text = '{"key": "posts/a.md", "kind": "post", "something_else": 1}'

    assert decode(Record, text) == Record(key="posts/a.md", kind=SourceKind.POST)
