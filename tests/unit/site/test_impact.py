"""Which sections a changed post touches."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bucketpress.content.post import Author, Entry, Tag
from bucketpress.content.source_keys import SourceKind
from bucketpress.site.impact import (
    Shown,
    ShownAsset,
    Spot,
    Touched,
    listings_of,
    sections_of_neighbour,
    sections_showing,
    touched,
)
from bucketpress.site.search.cells import SearchSpot, search_position
from tests.support.values import entry

OWN = {
    "post:/2010/03/a/",
    "head:all",
    "period:all:2010-03",
    "search",
    "period:all:2010",
    "head:tag:voip",
    "period:tag:voip:2010",
    "head:author:jane-doe",
    "period:author:jane-doe:2010",
}

# What shows the post itself; the year of all posts only counts it.
SHOWING = OWN - {"period:all:2010"}
HEADS = {"head:all", "head:tag:voip", "head:author:jane-doe"}
DIRECTORIES = {"directory:archive", "directory:tags", "directory:authors"}
SIP = (Tag(slug="sip", label="SIP"),)
PAGE = entry(kind=SourceKind.PAGE, path="/about/", tags=(), authors=(), published=None)
DATED_PAGE = replace(PAGE, published=datetime(2010, 3, 1, tzinfo=UTC), tags=SIP)
ASSET = ShownAsset(path="/p.png", etag="1")


def _shown(**changes: object) -> Shown:
    return Shown(entry=entry(**changes), body_digest="1")


def test_a_new_post_touches_its_page_and_the_listings_it_enters() -> None:
    change = touched(None, _shown())

    assert change.sections == OWN | DIRECTORIES
    assert change.listings == frozenset()
    assert change.spots == {Spot(month="2010-03", position=entry().position)}


def test_a_removed_post_touches_what_a_new_one_does() -> None:
    gone, new = touched(_shown(), None), touched(None, _shown())

    assert replace(gone, search=frozenset()) == replace(new, search=frozenset())
    assert {spot.leaves for spot in gone.search} == {True}


def test_nothing_is_touched_when_readers_see_no_change() -> None:
    assert touched(_shown(), _shown()) == Touched()
    assert touched(None, None) == Touched()


def test_a_new_body_touches_the_page_and_the_heads_that_show_it_but_no_archive_and_no_neighbour() -> None:
    change = touched(_shown(), replace(_shown(), body_digest="2"))

    assert change.sections == {"post:/2010/03/a/", "search"}
    assert change.listings == {"all", "tag:voip", "author:jane-doe"}
    assert change.spots == frozenset()


def test_a_head_is_touched_in_any_case_by_what_changes_its_order_or_its_counts() -> None:
    moved = touched(_shown(), _shown(published=datetime(2010, 3, 2, tzinfo=UTC)))
    retagged = touched(_shown(), _shown(tags=SIP))

    assert (moved.sections & HEADS, moved.listings) == (HEADS, frozenset())
    assert {"head:tag:voip", "head:tag:sip", "directory:tags"} <= retagged.sections
    assert retagged.listings == {"all", "author:jane-doe"}


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


@pytest.mark.parametrize(
    ("day", "stays"), [(datetime(2010, 3, 1, 23, tzinfo=UTC), True), (datetime(2010, 3, 2, tzinfo=UTC), False)]
)
def test_search_looks_where_a_post_was_and_where_it_is(day: datetime, stays: bool) -> None:
    old, new = _shown(published=datetime(2010, 3, 1, tzinfo=UTC)), _shown(published=day)
    before, after = search_position(old.entry), search_position(new.entry)

    spots = touched(old, new).search

    assert (before == after) is stays
    assert spots == {SearchSpot(position=after)} | (set() if stays else {SearchSpot(position=before, leaves=True)})


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

    assert touched(None, page) == Touched(
        sections=frozenset({"post:/about/", "directory:pages", "search"}),
        search=frozenset({SearchSpot(position=search_position(page.entry))}),
    )


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
    ("changes", "sections", "moved"),
    [
        ({"summary": "Other"}, SHOWING - HEADS, False),
        ({"updated": datetime(2010, 4, 1, tzinfo=UTC)}, SHOWING - HEADS, False),
        ({"image": "/p.png"}, SHOWING - HEADS, False),
        ({"lang": "de"}, SHOWING - HEADS, False),
        ({"title": "Other"}, OWN - HEADS, True),
        ({"path": "/2010/03/b/"}, OWN - HEADS | {"post:/2010/03/b/"}, True),
        ({"path": "/2010/03/a/index.html"}, OWN - HEADS, True),
        ({"published": datetime(2010, 3, 2, tzinfo=UTC)}, OWN, True),
        (
            {"tags": SIP},
            SHOWING - HEADS | {"head:tag:voip", "head:tag:sip", "period:tag:sip:2010", "directory:tags"},
            False,
        ),
        ({"tags": ()}, SHOWING - HEADS | {"head:tag:voip", "directory:tags"}, False),
        (
            {"authors": (Author(slug="li", name="Li"),)},
            SHOWING - HEADS | {"head:author:jane-doe", "head:author:li", "period:author:li:2010", "directory:authors"},
            False,
        ),
        (
            {"published": datetime(2011, 1, 1, tzinfo=UTC)},
            OWN
            | DIRECTORIES
            | {name.replace("2010", "2011") for name in OWN if name.startswith("period:") and name[-3:] != "-03"}
            | {"period:all:2011-01"},
            True,
        ),
    ],
)
def test_a_change_touches_what_shows_the_post_before_or_after(
    changes: dict[str, object], sections: set[str], moved: bool
) -> None:
    change = touched(_shown(), _shown(**changes))

    assert change.sections == sections
    assert bool(change.spots) is moved
    assert replace(touched(_shown(**changes), _shown()), search=change.search) == change


@pytest.mark.parametrize(
    ("shown", "sections"),
    [
        (entry(), SHOWING | {"search:2010"}),
        (
            entry(tags=(), authors=()),
            {"post:/2010/03/a/", "head:all", "period:all:2010-03", "search:2010", "search"},
        ),
        (
            entry(path="/old/a.html", tags=(), authors=()),
            {"post:/old/a.html", "head:all", "period:all:2010-03", "search:2010", "search"},
        ),
        (PAGE, {"post:/about/", "directory:pages", "search:pages", "search"}),
        (DATED_PAGE, {"post:/about/", "directory:pages", "search:pages", "search"}),
        (ASSET, {"asset:/p.png"}),
        (replace(ASSET, path="/x/index.html"), {"post:/x/"}),
    ],
)
def test_what_shows_a_source_follows_from_what_is_shown(shown: Entry | ShownAsset, sections: set[str]) -> None:
    view = shown if isinstance(shown, ShownAsset) else Shown(entry=shown, body_digest="1")

    assert sections_showing(view) == sections


@pytest.mark.parametrize(
    ("shown", "listings"),
    [
        (entry(), {"all", "search", "slug:a", "tag:voip", "author:jane-doe"}),
        (entry(tags=(), authors=()), {"all", "search", "slug:a"}),
        (DATED_PAGE, {"pages", "search"}),
    ],
)
def test_a_source_is_a_row_of_the_listings_of_its_kind(shown: Entry, listings: set[str]) -> None:
    assert listings_of(shown) == listings


def test_a_page_has_no_spot_and_no_neighbour_links_to_it_by_date() -> None:
    before, after = (
        Shown(entry=DATED_PAGE, body_digest="1"),
        Shown(entry=replace(DATED_PAGE, title="Us"), body_digest="1"),
    )

    assert touched(before, after).sections == {"post:/about/", "directory:pages", "search"}
    assert touched(before, after).spots == frozenset()
    assert sections_of_neighbour(PAGE, "2010-03") == {"post:/about/"}


@pytest.mark.parametrize(
    ("old", "new", "days"),
    [
        (None, {}, (1,)),
        ({}, None, (1,)),
        ({}, {"title": "Other"}, (1,)),
        ({}, {"tags": SIP}, (1,)),
        ({}, {"published": datetime(2010, 3, 2, tzinfo=UTC)}, (1, 2)),
        ({}, {}, ()),
    ],
)
def test_what_lists_a_post_by_its_date_changes_where_it_stood_and_where_it_stands(
    old: dict[str, object] | None, new: dict[str, object] | None, days: tuple[int, ...]
) -> None:
    before, after = (None if changes is None else _shown(**changes) for changes in (old, new))

    assert touched(before, after).rows == {entry(day=day).position for day in days}
    assert touched(_shown(), replace(_shown(), body_digest="2")).rows == frozenset()
