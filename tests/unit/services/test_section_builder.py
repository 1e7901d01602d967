"""What a section shows, decided from rows and settings."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bucketpress.content.post import Author, Tag
from bucketpress.content.settings.site_settings import AuthorProfile, SiteSettings, TagProfile
from bucketpress.services.refresh.section_builder import label_of
from bucketpress.site.section_summary import SectionSummary, summary_of_children, summary_of_entries
from tests.support.values import entry

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
