"""Which artifacts a section consists of, and how they are to be served."""

import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
import yaml

from bucketpress.cache_lifetimes import CHANGING, IMMUTABLE
from bucketpress.content.settings.site_settings import MenuItem
from bucketpress.site import layout
from bucketpress.site.artifact import Artifact
from bucketpress.site.pages.template_context import Item
from bucketpress.site.sitemaps import sitemap
from tests.unit.site.sample import ABOUT, CARRIERS, CODECS, POSTS, SETTINGS, YEARS, renderer, whole_site

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
SITE = whole_site()


def _keys(made: tuple[Artifact, ...]) -> tuple[str, ...]:
    return tuple(artifact.key for artifact in made)


def _locations(key: str) -> list[tuple[str | None, ...]]:
    root = ET.fromstring(SITE[key].data)
    return [(part.findtext(f"{SITEMAP}loc"), part.findtext(f"{SITEMAP}lastmod")) for part in root]


def test_every_section_has_the_artifacts_its_name_promises() -> None:
    render = renderer()
    entries = [item.entry for item in POSTS]

    assert _keys(render.post(CARRIERS, newer=None, older=None)) == layout.path_keys(CARRIERS.entry.path)
    for listing in ("all", "tag:voip", "author:ada"):
        made = render.head(listing, items=POSTS, label="x", description="", years=())
        assert _keys(made) == layout.SITE_MAP.keys(layout.head_section(listing))
    made = render.year("tag:voip", 2010, entries=entries, months=(), newer=None, older=None, label="VoIP")
    assert _keys(made) == layout.SITE_MAP.keys("period:tag:voip:2010") == ("tags/voip/2010/index.html",)
    assert _keys(render.month(2010, 3, entries=entries, newer=None, older=None)) == layout.SITE_MAP.keys(
        "period:all:2010-03"
    )
    assert _keys(render.archive(YEARS)) == layout.SITE_MAP.keys("directory:archive")
    assert _keys(render.tags(())) == layout.SITE_MAP.keys("directory:tags")
    assert _keys(render.authors(())) == layout.SITE_MAP.keys("directory:authors")
    assert _keys(render.pages(())) == layout.SITE_MAP.keys("directory:pages")
    site = [key for key in _keys(render.site()) if not key.endswith(".css")]
    assert tuple(site) == layout.SITE_MAP.keys("site") == ("404.html", "robots.txt", "llms.txt", "search/index.html")
    assert _keys(render.segment("search:2010-03", POSTS)) == layout.SITE_MAP.keys("search:2010-03")
    assert _keys(render.segment("search:pages", ())) == ()
    assert _keys(render.search({})) == layout.SITE_MAP.keys("search")


def test_rendering_twice_gives_the_same_bytes() -> None:
    assert whole_site() == SITE


def test_an_empty_listing_has_no_artifacts() -> None:
    render = renderer()

    assert render.head("tag:voip", items=(), label="VoIP", description="", years=()) == ()
    assert render.head("author:ada", items=(), label="Ada", description="", years=()) == ()
    assert render.year("all", 2010, entries=(), months=(), newer=None, older=None, label="2010") == ()
    assert render.month(2010, 3, entries=(), newer=None, older=None) == ()


def test_an_empty_site_still_has_a_friendly_home_and_archive() -> None:
    home, *_ = renderer().head("all", items=(), label="", description="", years=())
    archive, _ = renderer().archive(())

    assert b"Nothing here yet" in home.data
    assert b"Nothing here yet" in archive.data


def test_an_etag_is_the_md5_of_the_bytes() -> None:
    artifact = SITE["robots.txt"]

    assert artifact.etag == hashlib.md5(artifact.data).hexdigest()


def test_only_the_stylesheet_is_kept_for_ever() -> None:
    kept = {key: artifact.cache_control for key, artifact in SITE.items() if artifact.cache_control != CHANGING}

    assert set(kept.values()) == {IMMUTABLE}
    assert [re.sub("[0-9a-f]{10}", "…", key) for key in kept] == ["_bucketpress/style.….css"]


def test_a_former_path_leads_to_the_current_one_and_its_twin_to_the_twin() -> None:
    page, twin = renderer().redirect("/old/", "/2010/03/päckchen/")

    assert (page.key, page.redirect_to, page.status) == ("old/index.html", "/2010/03/p%C3%A4ckchen/", 301)
    assert (twin.key, twin.redirect_to, twin.status) == ("old/index.md", "/2010/03/p%C3%A4ckchen/index.md", 301)
    assert b'content="0; url=/2010/03/p%C3%A4ckchen/"' in page.data
    assert b'<link rel="canonical" href="https://blog.packnet.example/2010/03/p%C3%A4ckchen/">' in page.data


@pytest.mark.parametrize("path", ["/old/post.php", "/release-1.0", "/old/map.png"])
def test_a_former_path_that_looks_like_a_file_leads_on_with_and_without_its_slash(path: str) -> None:
    made = renderer().redirect(path, "/new/")

    assert {artifact.key: artifact.redirect_to for artifact in made} == {
        path[1:]: "/new/",
        f"{path[1:]}/index.html": "/new/",
        f"{path[1:]}/index.md": "/new/index.md",
    }
    assert {artifact.key for artifact in made} == set(layout.path_keys(path))


def test_a_withdrawn_post_answers_410_in_both_places() -> None:
    made = renderer().gone("/2010/03/carriers/")

    assert [(artifact.key, artifact.status) for artifact in made] == [
        ("2010/03/carriers/index.html", 410),
        ("2010/03/carriers/index.md", 410),
    ]


@pytest.mark.parametrize(
    ("key", "content_type"),
    [
        ("tags/voip/index.html", "text/html; charset=utf-8"),
        ("x.html", "text/html; charset=utf-8"),
        ("tags/voip/feed.xml", "text/plain; charset=utf-8"),
        ("x/index.md", "text/markdown; charset=utf-8"),
        ("feed.json", "text/plain; charset=utf-8"),
    ],
)
def test_any_single_artifact_can_be_withdrawn(key: str, content_type: str) -> None:
    artifact = renderer().gone_artifact(key)

    assert (artifact.key, artifact.status, artifact.content_type) == (key, 410, content_type)


def test_a_sitemap_gives_the_honest_date_of_every_post() -> None:
    assert _locations("sitemap-2010-03.xml") == [
        ("https://blog.packnet.example/2010/03/carriers/", "2010-04-06T10:00:00+01:00"),
        ("https://blog.packnet.example/2010/03/codecs/", "2010-03-01T00:00:00+00:00"),
    ]


def test_the_sitemap_index_names_the_pages_and_every_month() -> None:
    assert _locations("sitemap.xml") == [
        ("https://blog.packnet.example/sitemap-pages.xml", None),
        ("https://blog.packnet.example/sitemap-2010-03.xml", "2010-04-06T10:00:00+01:00"),
        ("https://blog.packnet.example/sitemap-2009-12.xml", "2009-12-24T00:00:00+00:00"),
    ]


def test_the_sitemap_of_pages_begins_with_home() -> None:
    assert _locations("sitemap-pages.xml") == [
        ("https://blog.packnet.example/", None),
        ("https://blog.packnet.example/about/", None),
    ]


def test_the_twin_is_the_markdown_below_a_header_that_yaml_reads() -> None:
    title = 'A "quoted": title\u2028with \x7f oddities # and \\ 😀'
    _, twin = renderer().post(
        Item(entry=replace(CARRIERS.entry, title=title), body=CARRIERS.body), newer=None, older=None
    )

    _, header, text = twin.data.decode().split("---\n", 2)
    assert yaml.safe_load(header) == {
        "title": title,
        "date": datetime(2010, 3, 5, 9, 30, tzinfo=UTC),
        "updated": datetime(2010, 4, 6, 9, 0, tzinfo=UTC),
        "authors": ["ada", "li"],
        "tags": ["voip", "News"],
        "canonical": "https://blog.packnet.example/2010/03/carriers/",
    }
    assert text.strip() == CARRIERS.body.markdown.strip()


def test_robots_are_told_where_the_sitemap_is() -> None:
    assert b"Sitemap: https://blog.packnet.example/sitemap.xml\n" in SITE["robots.txt"].data


def test_pages_are_listed_in_the_order_of_their_paths() -> None:
    first = replace(ABOUT.entry, path="/a/")

    assert renderer().pages([ABOUT.entry, first]) == renderer().pages([first, ABOUT.entry])
    assert CODECS.entry.path not in renderer().pages([first])[0].data.decode()


@pytest.mark.parametrize(
    ("path", "keys", "target"),
    [
        ("/feed/", ["feed/index.html", "feed/index.md"], "/feed.xml"),
        ("/rss/", ["rss/index.html", "rss/index.md"], "/feed.xml"),
        ("/rss.xml", ["rss.xml"], "/feed.xml"),
        ("/index.xml", ["index.xml"], "/feed.xml"),
        ("/feeds/all.atom.xml", ["feeds/all.atom.xml"], "/atom.xml"),
    ],
)
def test_where_feeds_used_to_be_leads_to_where_they_are(path: str, keys: list[str], target: str) -> None:
    artifacts = renderer().former_feed(path)

    assert [artifact.key for artifact in artifacts] == keys
    assert {(artifact.redirect_to, artifact.status) for artifact in artifacts} == {(target, 301)}
    assert all(target.encode() in artifact.data for artifact in artifacts)


def test_no_other_path_leads_to_a_feed() -> None:
    assert renderer().former_feed("/feeds/") == ()


def test_llms_txt_says_where_everything_is() -> None:
    text = SITE["llms.txt"].data.decode()

    assert text.startswith("# Packnet Blog\n\n> News of internet telephony.\n\n")
    assert "put index.md after its address" in text
    for path in ("/archive/", "/tags/", "/authors/", "/about/", "/feed.xml", "/atom.xml", "/feed.json"):
        assert f"(https://blog.packnet.example{path})" in text


def test_llms_txt_keeps_its_shape_whatever_the_title() -> None:
    settings = replace(SETTINGS, title="A\n# B", description=" x\n\ny\0 ", menu=(MenuItem(label="[a](b)", path="/x/"),))
    text = next(one for one in renderer(settings).site() if one.key == "llms.txt").data.decode()

    assert text.startswith("# A # B\n\n> x y\n\n")
    assert "- [(a)(b)](https://blog.packnet.example/x/)" in text


def test_a_text_whose_original_is_elsewhere_says_so_and_is_in_no_sitemap() -> None:
    original = "https://first.example/carriers?a=1"
    copied = replace(CARRIERS, entry=replace(CARRIERS.entry, canonical=original))

    page, twin = renderer().post(copied, newer=None, older=None)
    listed = sitemap(SETTINGS, [copied.entry, CODECS.entry])

    assert f'<link rel="canonical" href="{original}">'.encode() in page.data
    assert f'canonical: "{original}"'.encode() in twin.data
    assert [loc.text for loc in ET.fromstring(listed).iter() if loc.tag.endswith("loc")] == [
        SETTINGS.url + CODECS.entry.path
    ]
