"""The site map: names, sections, artifacts and paths lead to each other, and nothing else is understood."""

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bucketpress.site.feeds.formats import FEED_FORMATS
from bucketpress.site.layout import (
    ARCHIVE_DIRECTORY,
    ASSET,
    POST,
    SECTION_KINDS,
    SITE,
    SITE_MAP,
    SITE_WIDE,
    STYLESHEET,
    VARIANTS,
    CellSubject,
    ListingSubject,
    MonthSubject,
    PartSubject,
    PathSubject,
    PictureSubject,
    Section,
    YearSubject,
    artifact_key,
    claim_path,
    cover_key,
    head_section,
    is_twin,
    month_of,
    month_section,
    parent_section,
    parse_section,
    path_section,
    rank,
    search_section,
    section_of_artifact,
    variant_key,
    variants_section,
    year_section,
)
from bucketpress.site.search.cells import cells_at

# What keys of the site bucket are made of, ours and others'.
_PARTS = (
    *("", ".", "tags", "authors", "archive", "voip", "2010", "0000", "03", "13", "٢٠١٠", "_bucketpress", "v1", "media"),
    *("index.html", "index.htm", "index.md", "index.html.md", "a.html", "a.HTML", "a.html.md", "a.md", "a.png"),
    *("feed.xml", "atom.xml", "feed.json", "404.html", "robots.txt", "sitemap.xml", "sitemap-pages.xml"),
    *("variants", "variants/x.png", "0123456789-480.webp", "0123456789-4.webp"),
    *(
        "search",
        "_search",
        "2010-03.segment",
        "2010-q1.segment",
        "2010-03-01.segment",
        "pages.segment",
        "manifest.json",
    ),
    *("sitemap-2010-03.xml", "sitemap-2010-13.xml", "style.0123456789.css", "style.css", "\n"),
)
_KEYS = st.lists(st.sampled_from(_PARTS), min_size=1, max_size=5).map("/".join).filter(bool) | st.text(min_size=1)
_SLUGS = st.text(min_size=1).filter(lambda text: "/" not in text)
_LISTINGS = st.just("all") | st.builds(lambda kind, slug: f"{kind}:{slug}", st.sampled_from(["tag", "author"]), _SLUGS)
_YEARS = st.integers(1, 9999)
PART = "20100301t120000-0123abcd"
_NAMES = (
    st.sampled_from(SITE_WIDE)
    | _LISTINGS.map(head_section)
    | st.builds(year_section, _LISTINGS, _YEARS)
    | st.builds(lambda year, month: month_section(f"{year:04d}-{month:02d}"), _YEARS, st.integers(1, 12))
    | st.from_regex(r"\A(?:[1-9][0-9]{3}-(?:0[1-9]|1[0-2])-[01]{17}|pages-[01]{12})\Z").flatmap(
        lambda position: st.sampled_from(cells_at(position)).map(search_section)
    )
    | st.builds(
        lambda listing, year: SITE_MAP.part_section(year_section(listing, year), PART),
        _LISTINGS.filter(lambda listing: listing != "all"),
        _YEARS,
    )
    | st.just(SITE_MAP.part_section("period:all:2010-03", PART))
    | _KEYS.map(lambda key: section_of_artifact(key) or SITE)
)
_LOOKALIKES = st.builds(
    ":".join,
    st.lists(
        st.sampled_from(
            [
                "head",
                "period",
                "post",
                "asset",
                "variants",
                "directory",
                "site",
                "all",
                "tag",
                "author",
                "voip",
                "archive",
                "/",
                "",
            ]
        )
        | st.sampled_from(["/x/", "/index.html", "2010", "2010-03", "2010-3", "20100", "0000", "2010-00", "٢٠١٠"]),
        max_size=5,
    ),
)


def _rebuilt(section: Section) -> str:
    """Name a section anew from what was understood of its name."""
    match section.subject:
        case PathSubject(path):
            return path_section(path)
        case PictureSubject(path):
            return variants_section(path)
        case ListingSubject(listing):
            return head_section(listing)
        case YearSubject(listing, year):
            return year_section(listing, year)
        case MonthSubject(listing, year, month):
            return SITE_MAP.month_section(listing, f"{year:04d}-{month:02d}")
        case CellSubject(cell):
            return search_section(cell)
        case PartSubject(whole, part):
            return SITE_MAP.part_section(whole, part)
        case None:
            return section.kind.name


@given(_NAMES)
def test_every_name_is_read_as_it_was_written(name: str) -> None:
    section = parse_section(name)

    assert section.name == name
    assert _rebuilt(section) == name


@given(_NAMES)
@example("asset:/tags/cloud.png")
def test_every_artifact_of_a_section_leads_back_to_it(name: str) -> None:
    assert {section_of_artifact(key) for key in parse_section(name).keys} == {name}


@given(_NAMES)
def test_a_parent_is_a_section_whose_turn_comes_later(name: str) -> None:
    parent = parent_section(name)

    assert parent is None or rank(parent) > rank(name)


@given(_KEYS)
@example("index.md")
@example("tags/index.md")
@example("/")
@example("x/index.html.md")
@example("x/index.md/index.html")
@example("feed.xml/index.html")
def test_every_object_has_a_section_that_knows_of_it(key: str) -> None:
    name = section_of_artifact(key)

    if name is None:
        assert key.endswith("/")
        return
    section = parse_section(name)
    beginnings = SITE_MAP.unforeseeable(section)
    assert key in section.keys or any(key.startswith(beginning) for beginning in beginnings)


@given(st.text() | _LOOKALIKES)
@example("site\n")
@example("head:all\n")
def test_what_is_read_as_a_name_is_one_that_we_write(text: str) -> None:
    try:
        section = parse_section(text)
    except ValueError:
        return

    assert _rebuilt(section) == text


@pytest.mark.parametrize(
    "name",
    [
        *("", "x", "site:", "Site", "post", "post:", "post:x", "post:/", "post:/index.html", "post:/x/index.html"),
        *("asset:/x/", "post:/x.png", "asset:/x.html", "asset:/feed.xml", "post:/tags/", "post:/2010/03/"),
        *("head:", "head:anything", "head:pages", "head:tag:", "head:tag:a/b", "head:slug:x", "head:all:"),
        *("period:all:x", "period:all:", "period:all:20100", "period:all:0000", "period:all:2010-13"),
        *("period:all:2010-00", "period:all:2010-3", "period:x:2010", "period:tag:voip:2010-03", "period:all:٢٠١٠"),
        *("directory:x", "directory:", "directory:archive:", "directory:archive/"),
    ],
)
def test_what_is_no_section_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is not the name of a section"):
        parse_section(name)


@pytest.mark.parametrize(
    ("name", "parent", "keys"),
    [
        ("post:/2010/03/x/", None, ("2010/03/x/index.html", "2010/03/x/index.md")),
        ("post:/old/a.html", None, ("old/a.html", "old/a.html.md")),
        ("variants:/photos/p.jpg", None, ()),
        ("asset:/favicon.ico", None, ("favicon.ico", "favicon.ico/index.html", "favicon.ico/index.md")),
        ("head:all", None, ("index.html", "feed.xml", "atom.xml", "feed.json")),
        (
            "head:tag:voip",
            "directory:tags",
            ("tags/voip/index.html", "tags/voip/feed.xml", "tags/voip/atom.xml", "tags/voip/feed.json"),
        ),
        (
            "head:author:jane",
            "directory:authors",
            ("authors/jane/index.html", "authors/jane/feed.xml", "authors/jane/atom.xml", "authors/jane/feed.json"),
        ),
        ("period:all:2010", "directory:archive", ("2010/index.html",)),
        ("period:all:2010-03", "period:all:2010", ("2010/03/index.html", "sitemap-2010-03.xml")),
        (
            f"part:all:2010-03:{PART}",
            "parts:all:2010-03",
            (f"2010/03/{PART}/index.html", f"sitemap-2010-03-{PART}.xml"),
        ),
        ("parts:all:2010-03", "period:all:2010-03", ("sitemap-2010-03-parts.xml",)),
        (f"part:tag:voip:2010:{PART}", "period:tag:voip:2010", (f"tags/voip/2010/{PART}/index.html",)),
        (f"part:author:jane:2010:{PART}", "period:author:jane:2010", (f"authors/jane/2010/{PART}/index.html",)),
        ("period:tag:voip:2010", "head:tag:voip", ("tags/voip/2010/index.html",)),
        ("period:author:jane:2010", "head:author:jane", ("authors/jane/2010/index.html",)),
        ("directory:archive", None, ("archive/index.html", "sitemap.xml")),
        ("directory:tags", None, ("tags/index.html",)),
        ("directory:authors", None, ("authors/index.html",)),
        ("directory:pages", "directory:archive", ("sitemap-pages.xml",)),
        ("site", None, ("404.html", "robots.txt", "llms.txt", "search/index.html")),
        ("search:2010-03", "search", ("_search/2010-03.segment",)),
        ("search:pages-01", "search", ("_search/pages-01.segment",)),
        ("search", None, ("_search/manifest.json",)),
    ],
)
def test_a_name_tells_the_artifacts_and_the_parent(name: str, parent: str | None, keys: tuple[str, ...]) -> None:
    section = parse_section(name)

    assert (section.parent, section.keys) == (parent, keys)


def test_every_kind_of_section_is_among_the_cases_above() -> None:
    kinds = {parse_section(case.values[0] if hasattr(case, "values") else case[0]).kind for case in _cases()}

    assert kinds == {*SECTION_KINDS, POST, ASSET}


def _cases() -> list[tuple[str, object, object]]:
    (mark,) = (mark for mark in test_a_name_tells_the_artifacts_and_the_parent.pytestmark if mark.name == "parametrize")
    return list(mark.args[1])


def test_pages_are_written_before_what_links_to_them() -> None:
    order = [
        "site",
        "post:/x/",
        "head:all",
        f"part:all:2010-03:{PART}",
        "parts:all:2010-03",
        "period:all:2010-03",
        "period:all:2010",
        "head:tag:x",
        "directory:tags",
        ARCHIVE_DIRECTORY,
    ]

    assert sorted(order, key=rank) == order
    assert rank("asset:/x.png") == rank("post:/x/")


def test_only_what_belongs_to_one_path_is_sent_without_delay() -> None:
    assert {kind.delay_seconds for kind in (POST, ASSET, VARIANTS)} == {0}
    assert {kind.delay_seconds for kind in SECTION_KINDS if kind is not VARIANTS} == {2}


def test_the_keys_of_variants_lie_below_the_path_of_their_picture() -> None:
    section = parse_section(variants_section("/photos/p.jpg"))
    (folder,) = SITE_MAP.unforeseeable(section)

    assert variant_key("/photos/p.jpg", "0123456789", 480) == f"{folder}0123456789-480.webp"
    assert section_of_artifact(f"{folder}0123456789-480.webp") == section.name
    assert SITE_MAP.is_taken(f"/{folder}0123456789-480.webp")
    assert cover_key("/photos/p.jpg", "0123456789") == f"{folder}0123456789-cover.jpg"
    assert section_of_artifact(f"{folder}0123456789-cover.jpg") == section.name


def test_the_key_of_a_stylesheet_cannot_be_told_from_the_name() -> None:
    site = parse_section(SITE)

    assert SITE_MAP.unforeseeable(site) == ("_bucketpress/style.",)
    assert section_of_artifact(STYLESHEET.format(digest="0123456789")) == SITE
    assert SITE_MAP.unforeseeable(parse_section("head:all")) == ()


@pytest.mark.parametrize(
    ("path", "section"),
    [
        ("/x/", "post:/x/"),
        ("/x/index.html", "post:/x/"),
        ("/a.html", "post:/a.html"),
        ("/a.HTM", "post:/a.HTM"),
        ("/v1.2/", "asset:/v1.2"),
        ("/about", "post:/about"),
        ("/favicon.ico", "asset:/favicon.ico"),
    ],
)
def test_a_path_alone_names_its_section(path: str, section: str) -> None:
    assert path_section(path) == section


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        *(
            (path, True)
            for path in ("/", "/index.html", "/feed.xml", "/sitemap.xml", "/sitemap-2010-03.xml", "/llms.txt")
        ),
        *((path, True) for path in ("/2010/", "/2010/03/", "/2010/03/index.html", "/archive/", "/tags/", "/tags/x/")),
        *((path, True) for path in ("/tags/x/2010/", "/tags/x/feed.json", "/authors/a/", "/v1/", "/v1/x.png")),
        *((path, True) for path in ("/_bucketpress/x.png", "/feed.xml/", "/robots.txt/a/b.png", "/tags/x/atom.xml/y/")),
        *((path, False) for path in ("/x/", "/2010/x.png", "/2010/13/", "/0000/", "/2010/03/x/", "/tags/cloud.png")),
        *(
            (path, False)
            for path in ("/tags/x/y/", "/archive/2010/", "/media/x.png", "/assets/x.css", "/v2/", "/feeds/")
        ),
        *((path, False) for path in ("/sitemap-2010-13.xml", "/sitemap-old.xml", "/x/feed.xml", "/٢٠١٠/")),
    ],
)
def test_a_path_is_taken_where_something_of_ours_can_be(path: str, taken: bool) -> None:
    assert SITE_MAP.is_taken(path) is taken


@given(_KEYS)
def test_what_is_published_at_a_free_path_touches_no_artifact_of_ours(key: str) -> None:
    path = claim_path(f"/{key}")

    if not SITE_MAP.is_taken(path) and not is_twin(path):
        assert parse_section(path_section(path)).keys[0] == artifact_key(path)


def test_a_month_is_that_of_the_local_date() -> None:
    assert month_of(datetime(987, 3, 1, tzinfo=UTC)) == "0987-03"


@pytest.mark.parametrize("listing", ["", "pages", "slug:x", "tag", "tag:", "tag:a/b", "All"])
def test_a_listing_without_a_head_has_no_section(listing: str) -> None:
    assert not SITE_MAP.has_head(listing)
    with pytest.raises(ValueError, match="has no such section"):
        head_section(listing)


def test_former_feeds_lead_to_feeds_of_the_same_format() -> None:
    home = dict(zip(FEED_FORMATS, SITE_MAP.feed_paths("all"), strict=True))

    assert SITE_MAP.former_feeds == {path: home[feed] for feed in FEED_FORMATS for path in feed.former_paths}
    assert {path_section(path) for path in SITE_MAP.former_feeds} <= set(SITE_WIDE)
