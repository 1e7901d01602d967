"""The index's dataclasses as JSON and back."""

from datetime import datetime, timedelta, timezone

from bucketpress.adapters.codec import decode, encode
from bucketpress.content.settings.site_settings import AuthorProfile, MenuItem, SiteSettings
from bucketpress.records.record import Outbox, Record
from bucketpress.site.impact import Spot
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


def test_equal_values_give_equal_text_whatever_the_order_of_sets() -> None:
    spots = [Spot(month="2010-03", position=str(number)) for number in range(20)]

    texts = {encode(Outbox(spots=frozenset(order), sections=frozenset("abc"))) for order in (spots, spots[::-1])}

    assert len(texts) == 1


def test_fields_added_since_take_their_defaults_and_fields_gone_are_ignored() -> None:
    text = '{"key": "posts/a.md", "kind": "post", "something_else": 1}'

    assert decode(Record, text) == Record(key="posts/a.md", kind=entry().kind)
