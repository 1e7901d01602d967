"""What a section shows, decided from rows and settings."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bucketpress.content.post import Author, Tag
from bucketpress.content.settings.site_settings import AuthorProfile, SiteSettings, TagProfile
from bucketpress.records.claim import Claim, Standing
from bucketpress.services.parts import PART_LIMITS, PartLimits, PartReader
from bucketpress.services.refresh.contradiction import ContradictionError
from bucketpress.services.refresh.section_builder import NEARBY, label_of
from bucketpress.site.section_summary import SectionSummary, summary_of_children, summary_of_entries
from tests.support.counted_index import CountedIndex
from tests.support.values import entry
from tests.support.world import SITE_YAML, World, markdown

MARCH, APRIL = datetime(2010, 3, 1, tzinfo=UTC), datetime(2010, 4, 1, tzinfo=UTC)
SETTINGS = SiteSettings(url="https://a.example", title="Site", description="All of it")
KNOWN = replace(
    SETTINGS,
    tags={"voip": TagProfile(slug="voip", label="Voice", description="Talk")},
    authors={"jane-doe": AuthorProfile(slug="jane-doe", name="Dr Jane", bio="Writes")},
)
NEWEST = entry(tags=(Tag(slug="voip", label="VOIP"),), authors=(Author(slug="jane-doe", name="Jane D."),))


@pytest.mark.parametrize(
    ("listing", "settings", "shown"),
    [
        ("all", SETTINGS, ("Site", "All of it")),
        ("tag:voip", SETTINGS, ("VOIP", "")),
        ("tag:voip", KNOWN, ("Voice", "Talk")),
        ("tag:none", SETTINGS, ("none", "")),
        ("author:jane-doe", SETTINGS, ("Jane D.", "")),
        ("author:jane-doe", KNOWN, ("Dr Jane", "Writes")),
        ("author:none", SETTINGS, ("none", "")),
    ],
)
def test_a_listing_is_called_as_the_settings_say_or_else_its_newest_post(
    listing: str, settings: SiteSettings, shown: tuple[str, str]
) -> None:
    assert label_of(listing, [NEWEST, entry()], settings) == shown


def test_a_section_of_posts_counts_them_and_tells_the_last_change() -> None:
    rows = [entry(published=MARCH), entry(published=MARCH, updated=APRIL), entry(published=None)]

    assert summary_of_entries("x", "X", rows) == SectionSummary(section="x", label="X", count=3, modified=APRIL)
    assert summary_of_entries("x", "X", []) is None


def test_a_section_of_sections_adds_up_what_they_count() -> None:
    children = [
        SectionSummary(section="a", label="A", count=2, modified=MARCH),
        SectionSummary(section="b", label="B", count=3, modified=APRIL),
        SectionSummary(section="c", label="C", count=0),
    ]

    assert summary_of_children("x", "X", children, detail=children[:1]) == SectionSummary(
        section="x", label="X", count=5, modified=APRIL, detail=(children[0],)
    )
    assert summary_of_children("x", "X", children[2:]) is None


def site_with(*dates: str, part_limits: PartLimits = PART_LIMITS) -> World:
    world = World(part_limits=part_limits)
    world.upload("site.yaml", SITE_YAML)
    for number, date in enumerate(dates):
        world.upload(f"posts/p{number}.md", markdown(f"P{number}", date, tags="[Big Tag]"))
    world.settle()
    return world


def counted(world: World) -> CountedIndex:
    """Let a world's index count from now on."""
    world.index.__class__ = CountedIndex
    assert isinstance(world.index, CountedIndex)
    world.index.gave = []
    return world.index


def neighbours_of(world: World, key: str) -> tuple[str, str]:
    """Return where the page of a month or year leads to before it and after it."""
    page = world.page(key)
    links = {rel: re.search(rf'<a class="\w+" rel="{rel}" href="([^"]+)"', page) for rel in ("prev", "next")}
    return tuple(link[1] if link else "" for link in links.values())  # type: ignore[return-value]


FIRST_DAY, LAST_DAY = ["2008-03-01"] * (NEARBY + 2), ["2008-03-31"] * (NEARBY + 2)


@pytest.mark.parametrize(
    ("before", "after", "leads"),
    [
        ([], [], ("", "")),
        (["2008-02-29"], ["2008-04-01"], ("/2008/02/", "/2008/04/")),  # within a day of the month
        (["2008-01-05", "2007-01-05"], ["2008-05-20", "2009-05-20"], ("/2008/01/", "/2008/05/")),
        (["2008-02-29", "2008-01-05"], ["2008-04-01", "2008-05-20"], ("/2008/02/", "/2008/04/")),
    ],
)
@pytest.mark.parametrize("posts", [["2008-03-15"], [*FIRST_DAY, *LAST_DAY], [*FIRST_DAY[2:], *LAST_DAY[2:]]])
def test_a_month_leads_to_the_next_with_posts_however_many_its_first_and_last_day_have(
    before: list[str], after: list[str], leads: tuple[str, str], posts: list[str]
) -> None:
    world = site_with(*before, *posts, *after)
    world.refresher.refresh("period:all:2008-03")  # by itself, with nothing read for it before

    assert neighbours_of(world, "2008/03/index.html") == leads


def test_what_comes_next_to_a_month_or_year_is_found_with_one_small_request_on_each_side() -> None:
    others = [f"{year}-01-{day:02}" for year in (2006, 2009) for day in range(1, 29)]
    world = site_with(*others, "2008-03-15", "2008-03-16", part_limits=PartLimits(listed=3, one_in=3))
    index = counted(world)

    for section, listed in (("period:all:2008-03", 2), ("period:all:2008", 0)):
        index.gave.clear()
        world.refresher.refresh(section)

        assert len(index.gave) == 2 + (1 if listed else 0)
        assert sum(index.gave) <= 2 * NEARBY + listed + 1


def test_a_tag_leads_to_its_years_and_is_counted_among_the_tags_and_the_front_page_is_in_no_list() -> None:
    world = site_with("2009-05-01", "2010-03-01", "2010-03-02")

    page = world.page("tags/big-tag/index.html")
    assert [year in page for year in ("/tags/big-tag/2009/", "/tags/big-tag/2010/")] == [True, True]
    assert [(each.label, each.count) for each in world.index.children("directory:tags")] == [("Big Tag", 3)]
    assert world.index.section("head:all").summary is None


@pytest.mark.parametrize("section", ["head:all", "head:tag:big-tag"])
def test_a_front_page_reads_as_many_posts_as_it_shows(section: str) -> None:
    world = site_with(*(f"2010-03-{day:02}" for day in range(1, 30)))
    stored, index = world.index.settings(), counted(world)

    world.refresher.refresh(section)

    assert stored is not None
    assert index.gave == [stored.settings.head_entries]
    assert stored.settings.head_entries < 29


def test_what_comes_next_to_a_month_is_looked_for_around_its_ends_alone() -> None:
    years = [f"{year}-01-{day:02}" for year in (2006, 2009) for day in range(1, 29)]
    world = site_with(*years, *FIRST_DAY, *LAST_DAY)
    index = counted(world)

    world.refresher.refresh("period:all:2008-03")

    posts = len(FIRST_DAY) + len(LAST_DAY)
    assert sum(index.gave) <= 2 * posts + 2 * NEARBY + 2


def test_a_busy_month_and_a_busy_year_of_a_tag_lead_to_each_of_their_parts() -> None:
    limits = PartLimits(listed=3, one_in=3)
    world = site_with(*(f"2010-03-{day:02}" for day in range(1, 25)), part_limits=limits)
    for whole, folder in (("period:all:2010-03", "2010/03"), ("period:tag:big-tag:2010", "tags/big-tag/2010")):
        until = world.index.section(whole).parts_until
        parts = [*PartReader(index=world.index, whole=whole, limits=limits).between("", until)]
        page = world.page(f"{folder}/index.html")

        assert len(parts) > 2
        for part in parts:
            (name,) = re.findall(r"\w+-\w+$", part.rstrip("/"))
            assert f'href="/{folder}/{name}/"' in page
            title = re.findall("<h1>([^<]*)</h1>", world.page(f"{folder}/{name}/index.html"))[0]
            assert title.startswith("Big Tag, ") == folder.startswith("tags/")
            assert "Packnet" not in title


@pytest.mark.parametrize(
    ("key", "old", "sections"),
    [
        ("pages/about.md", "/old/", ["post:/old/"]),
        ("static/one.png", "/old.png", ["asset:/old.png", "variants:/old.png"]),
    ],
)
def test_a_path_whose_owner_has_moved_on_since_its_claim_was_read_is_read_again(
    key: str, old: str, sections: list[str]
) -> None:
    world = site_with()
    world.upload(key, markdown("About"))
    world.settle()
    stored = world.index.settings()
    world.index._claims[old] = {key: Claim(path=old, key=key, standing=Standing.PUBLISHED, was_live=True)}

    for section in sections:
        with pytest.raises(ContradictionError):
            world.refresher.rendering(section, stored)


def test_the_list_of_sitemaps_says_when_pages_changed_last() -> None:
    world = site_with("2010-03-01")
    world.upload("pages/about.md", markdown("About", "2010-04-05"))
    world.upload("pages/more.md", markdown("More", "2010-04-03"))
    world.settle()

    pages = re.findall(r"sitemap-pages.xml</loc>\s*<lastmod>([^<]+)<", world.page("sitemap.xml"))
    assert pages == ["2010-04-05T00:00:00+00:00"]
    assert "/sitemap-2010-03.xml</loc>" in world.page("sitemap.xml")
