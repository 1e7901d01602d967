"""Which sections a changed post touches."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bucketpress.content.post import Tag
from bucketpress.content.source_keys import SourceKind
from bucketpress.site.impact import Shown, ShownAsset, Spot, Touched, sections_of_neighbour, touched
from bucketpress.site.layout import parent_section, parse_section, path_section, rank
from tests.support.values import entry

OWN = {
    "post:/2010/03/a/",
    "head:all",
    "period:all:2010-03",
    "period:all:2010",
    "head:tag:voip",
    "period:tag:voip:2010",
    "head:author:jane-doe",
    "period:author:jane-doe:2010",
}


def _shown(**changes: object) -> Shown:
    return Shown(entry=entry(**changes), body_digest="1")


def test_a_new_post_touches_its_page_and_the_listings_it_enters() -> None:
    change = touched(None, _shown())

    assert change.sections == OWN
    assert change.spots == {Spot(month="2010-03", position=entry().position)}


def test_a_removed_post_touches_what_a_new_one_does() -> None:
    assert touched(_shown(), None) == touched(None, _shown())


def test_nothing_is_touched_when_readers_see_no_change() -> None:
    assert touched(_shown(), _shown()) == Touched()
    assert touched(None, None) == Touched()


def test_a_new_body_touches_the_page_and_the_feeds_but_no_neighbour() -> None:
    change = touched(_shown(), replace(_shown(), body_digest="2"))

    assert {"post:/2010/03/a/", "head:all", "head:tag:voip"} <= change.sections
    assert change.spots == frozenset()


def test_a_new_title_touches_the_neighbours() -> None:
    assert touched(_shown(), _shown(title="Other")).spots


def test_a_moved_post_touches_both_months_and_both_spots() -> None:
    old, new = _shown(), _shown(published=datetime(2011, 4, 1, tzinfo=UTC))

    change = touched(old, new)

    assert {
        "period:all:2010-03",
        "period:all:2011-04",
        "period:tag:voip:2010",
        "period:tag:voip:2011",
    } <= change.sections
    assert {spot.month for spot in change.spots} == {"2010-03", "2011-04"}


def test_a_dropped_tag_is_touched_as_well_as_the_new_one() -> None:
    change = touched(_shown(), _shown(tags=(Tag(slug="sip", label="SIP"),)))

    assert {"head:tag:voip", "head:tag:sip"} <= change.sections


def test_the_same_instant_in_another_zone_is_a_change() -> None:
    late = datetime(2010, 2, 28, 23, 30, tzinfo=UTC)
    elsewhere = late.astimezone(timezone(timedelta(hours=1)))

    change = touched(_shown(published=late), _shown(published=elsewhere))

    assert {"period:all:2010-02", "period:all:2010-03"} <= change.sections


def test_a_page_touches_itself_and_the_page_directory() -> None:
    page = _shown(kind=SourceKind.PAGE, path="/about/", tags=(), authors=(), published=None)

    assert touched(None, page) == Touched(sections=frozenset({"post:/about/", "directory:pages"}))


def test_an_asset_touches_only_itself() -> None:
    asset = ShownAsset(path="/_bucketpress/media/p.png", etag="1")

    assert touched(asset, asset) == Touched()
    assert touched(asset, replace(asset, etag="2")) == touched(None, asset)
    assert touched(None, asset) == Touched(sections=frozenset({"asset:/_bucketpress/media/p.png"}))


@pytest.mark.parametrize(
    ("day", "others"),
    [
        (datetime(2010, 3, 9, tzinfo=UTC), set()),
        (datetime(2010, 4, 9, tzinfo=UTC), {"period:all:2010-04"}),
        (datetime(2011, 4, 9, tzinfo=UTC), {"period:all:2011-04", "period:all:2011"}),
    ],
)
def test_a_neighbour_in_another_period_touches_the_page_that_links_across(day: datetime, others: set[str]) -> None:
    neighbour = entry("posts/n.md", published=day)

    assert sections_of_neighbour(neighbour, "2010-03") == {"post:/2010/03/n/"} | others


@pytest.mark.parametrize(
    ("section", "parent"),
    [
        ("period:all:2010-03", "period:all:2010"),
        ("period:all:2010", "directory:archive"),
        ("period:tag:voip:2010", "head:tag:voip"),
        ("period:author:jane:2010", "head:author:jane"),
        ("head:tag:voip", "directory:tags"),
        ("head:author:jane", "directory:authors"),
        ("directory:pages", "directory:archive"),
        ("head:all", None),
        ("post:/x/", None),
        ("site", None),
    ],
)
def test_counts_go_up_to_the_parent(section: str, parent: str | None) -> None:
    assert parent_section(section) == parent
    if parent:
        assert rank(section) < rank(parent)


@pytest.mark.parametrize(
    "name", ["", "x", "post:", "post:x", "head:", "period:all:x", "period:tag:voip:2010-03", "directory:x"]
)
def test_what_is_no_section_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is not the name of a section"):
        parse_section(name)


@pytest.mark.parametrize(
    ("path", "section"),
    [
        ("/x/", "post:/x/"),
        ("/a.html", "post:/a.html"),
        ("/v1.2/", "post:/v1.2/"),
        ("/about", "post:/about"),
        ("/favicon.ico", "asset:/favicon.ico"),
    ],
)
def test_a_path_alone_names_its_section(path: str, section: str) -> None:
    assert path_section(path) == section
