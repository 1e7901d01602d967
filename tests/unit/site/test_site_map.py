"""A kind of section or a format of feeds is one row of a table: everything else follows from it."""

import json
from datetime import UTC, datetime

import pytest

from bucketpress.api.http import Request
from bucketpress.api.listing_api import ListingApi
from bucketpress.api.routes import ROUTES
from bucketpress.site.feeds.feed import Feed
from bucketpress.site.feeds.formats import FEED_FORMATS, FeedFormat
from bucketpress.site.layout import (
    API_SEGMENT,
    ARCHIVE_DIRECTORY,
    ASSET,
    POST,
    SECTION_KINDS,
    SEGMENTS,
    SITE_MAP,
    SITE_WIDE,
    ListingSubject,
    SectionKind,
    SiteMap,
    YearSubject,
    listing_kinds,
)
from bucketpress.site.renderer import Renderer
from bucketpress.site.section_summary import SectionSummary
from tests.support.world import World
from tests.unit.site.outline import outline
from tests.unit.site.sample import POSTS, SETTINGS, YEARS


def _write_titles(feed: Feed, url: str) -> bytes:
    return "\n".join([url, *(entry.title for entry in feed.entries)]).encode()


TITLES = FeedFormat(
    name="titles",
    label="Titles",
    file_name="titles.txt",
    content_type="text/x-titles; charset=utf-8",
    write=_write_titles,
    former_paths=("/old-titles.txt",),
)
SERIES_DIRECTORY = SectionKind(
    name="directory:series",
    keys=("series/index.html",),
    sitemap="sitemap-series.xml",
    parent=ARCHIVE_DIRECTORY,
    rank=5,
)
EXTENDED = SiteMap(
    (*SECTION_KINDS, SERIES_DIRECTORY, *listing_kinds("series:{slug}", "series/{slug}/", SERIES_DIRECTORY.name)),
    pages=POST,
    files=ASSET,
    feeds=(*FEED_FORMATS, TITLES),
    segments=SEGMENTS,
)
NOON = datetime(2010, 3, 1, 12, tzinfo=UTC)
RENDERER = Renderer(SETTINGS, site_map=EXTENDED)


def _head(listing: str) -> dict[str, bytes]:
    made = RENDERER.head(listing, items=POSTS, label="Codecs", description="", years=())
    return {artifact.key: artifact.data for artifact in made}


def test_a_new_feed_format_is_written_for_every_listing() -> None:
    made = RENDERER.head("tag:voip", items=POSTS, label="VoIP", description="", years=())

    (titles,) = (artifact for artifact in made if artifact.key == "tags/voip/titles.txt")
    assert titles.content_type == "text/x-titles; charset=utf-8"
    assert titles.data.decode().split("\n") == [
        f"{SETTINGS.url}/tags/voip/titles.txt",
        *(item.entry.title for item in POSTS),
    ]
    assert EXTENDED.section_of_artifact(titles.key) == "head:tag:voip"
    assert {artifact.key for artifact in made} == set(EXTENDED.keys("head:tag:voip"))


def test_a_new_feed_format_is_named_by_pages_and_by_llms_txt() -> None:
    home = outline(_head("all")["index.html"])
    (llms,) = (artifact.data for artifact in RENDERER.site() if artifact.key == "llms.txt")

    assert home.attributes("link", rel="alternate", type="text/x-titles", href="/titles.txt")
    assert home.attributes("a", href="/titles.txt")
    assert f"- [Titles]({SETTINGS.url}/titles.txt)" in llms.decode()


def test_a_new_feed_format_takes_its_path_and_is_led_to_from_its_former_one() -> None:
    (moved,) = RENDERER.former_feed("/old-titles.txt")

    assert moved.redirect_to == "/titles.txt"
    assert EXTENDED.is_taken("/titles.txt")
    assert EXTENDED.is_taken("/tags/x/titles.txt")
    assert "asset:/old-titles.txt" in EXTENDED.site_wide
    assert not SITE_MAP.is_taken("/titles.txt")


def test_a_new_feed_format_is_told_by_the_api() -> None:
    world = World()
    api = ListingApi(index=world.index, clock=lambda: NOON, secret=b"s", software="1", site_map=EXTENDED)
    (route,) = (route for route in ROUTES if route.path == "/v1/site")
    world.upload("site.yaml", b"url: https://blog.packnet.example\n")
    world.settle()

    answer = api.respond(Request(method="GET", path="/v1/site", query="", headers={}), route)

    feeds = json.loads(answer.body)["feeds"]
    assert feeds == {feed.name: f"https://blog.packnet.example/{feed.file_name}" for feed in (*FEED_FORMATS, TITLES)}


@pytest.mark.parametrize(
    ("name", "keys", "parent"),
    [
        ("directory:series", ("series/index.html", "sitemap-series.xml"), ARCHIVE_DIRECTORY),
        ("period:series:codecs:2010", ("series/codecs/2010/index.html",), "head:series:codecs"),
    ],
)
def test_a_new_kind_of_section_is_read_and_led_back_to(name: str, keys: tuple[str, ...], parent: str) -> None:
    section = EXTENDED.parse_section(name)

    assert (section.keys, section.parent) == (keys, parent)
    assert {EXTENDED.section_of_artifact(key) for key in keys} == {name}
    with pytest.raises(ValueError, match="is not the name of a section"):
        SITE_MAP.parse_section(name)


def test_a_new_kind_of_listing_has_pages_feeds_and_a_subject() -> None:
    made = _head("series:codecs")

    assert set(made) == set(EXTENDED.keys("head:series:codecs"))
    page = outline(made["series/codecs/index.html"])
    assert page.attributes("link", rel="canonical", href=f"{SETTINGS.url}/series/codecs/")
    assert page.attributes("link", rel="alternate", href="/series/codecs/titles.txt")
    assert EXTENDED.parse_section("head:series:codecs").subject == ListingSubject("series:codecs")
    assert EXTENDED.parse_section("period:series:codecs:2010").subject == YearSubject("series:codecs", 2010)


def test_a_new_kind_of_section_takes_its_paths_and_no_others() -> None:
    taken = ["/series/", "/series/codecs/", "/series/codecs/2010/", "/series/codecs/feed.xml", "/sitemap-series.xml"]

    assert all(map(EXTENDED.is_taken, taken))
    assert not any(map(SITE_MAP.is_taken, taken))
    assert not EXTENDED.is_taken("/series/pictures/a.png")
    assert set(EXTENDED.site_wide) - set(SITE_WIDE) == {"directory:series", "asset:/old-titles.txt"}


def test_a_new_sitemap_is_in_the_index_of_sitemaps() -> None:
    series = SectionSummary(section="directory:series", label="series", count=1)
    (index,) = (artifact for artifact in RENDERER.archive((*YEARS, series)) if artifact.key == "sitemap.xml")

    assert f"<loc>{SETTINGS.url}/sitemap-series.xml</loc>" in index.data.decode()


def test_every_address_of_the_api_is_reserved() -> None:
    assert {route.path.split("/")[1] for route in ROUTES} == {API_SEGMENT}
    assert all(SITE_MAP.is_taken(route.path) for route in ROUTES)
