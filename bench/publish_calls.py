"""What publishing one post asks of AWS, on sites of several sizes: calls by kind, units of the table, bytes written.

python -m bench publish_calls
python -m bench.publish_calls [full] POSTS ...
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bucketpress.content.post import Author, Body, Entry, State, Tag
from bucketpress.content.source_keys import SourceKind
from bucketpress.records.record import Outbox, Record
from bucketpress.records.section_record import SectionRecord
from bucketpress.services.publish.transition import transition
from bucketpress.site.impact import Shown, listings_of
from bucketpress.site.layout import (
    ALL,
    SITE_MAP,
    head_section,
    month_of,
    month_section,
    parse_section,
    year_section,
)
from bucketpress.site.section_summary import SectionSummary
from tests.support.counted_cloud import CountedCloud, Counts
from tests.support.world import SITE_YAML, markdown

SIZES = (100, 10_000)
# So many of the newest posts are of one month, and of three tags: its pages are full however few the others are.
CROWDED = 200
YEARS, TAGS = 10, 20
LAST_DAY = datetime(2025, 12, 31, tzinfo=UTC)
NEW_TAGS = "[t1, t2, t3]"
BODY = Body(html="<p>" + "Some text of a post. " * 40 + "</p>\n", markdown="Some text of a post. " * 40, words=160)


def _entry(number: int, posts: int) -> Entry:
    """Return one of so many posts, spread over the same years however many they are."""
    day = LAST_DAY - timedelta(minutes=(number + 1) * YEARS * 365 * 24 * 60 // posts)
    tags = sorted({(number * 7 + step * 13) % TAGS for step in range(3)})
    return Entry(
        key=f"posts/p{number}.md",
        kind=SourceKind.POST,
        id=f"posts/p{number}",
        slug=f"p{number}",
        path=f"/{day.year}/{day.month:02d}/p{number}/",
        title=f"Post {number}",
        published=day,
        updated=None,
        summary="Some text of a post that stands in the place of a summary.",
        tags=tuple(Tag(slug=f"t{tag}", label=f"t{tag}") for tag in tags),
        authors=(Author(slug="jane-doe", name="Jane Doe"),),
    )


def site_of(posts: int) -> CountedCloud:
    """Return a site of so many posts, stored without being published one by one, and a few that are."""
    cloud = CountedCloud()
    cloud.upload("site.yaml", SITE_YAML)
    counted: dict[str, int] = {}
    for number in range(posts):
        entry = _entry(number, posts)
        _store(cloud, entry)
        for section in _periods(entry):
            counted[section] = counted.get(section, 0) + 1
    _count(cloud, counted)
    for number in range(3):
        cloud.upload(f"posts/warm{number}.md", _post(f"Warm {number}", newest=True, minute=number))
        cloud.upload(f"posts/warm-old{number}.md", _post(f"Warm {number}", newest=False, minute=number))
    return cloud


def _store(cloud: CountedCloud, entry: Entry) -> None:
    """Store a post without publishing it."""
    new = Record(
        key=entry.key,
        kind=entry.kind,
        revision=1,
        state=State.PUBLISHED,
        id=entry.id,
        title=entry.title,
        path=entry.path,
        live_paths=(entry.path,),
        shown=Shown(entry=entry, body_digest=BODY.digest),
    )
    change = transition(Record(key=entry.key, kind=entry.kind), new, BODY)
    cloud.index.commit(replace(change, record=replace(change.record, outbox=Outbox())))


def _periods(entry: Entry) -> list[str]:
    assert entry.published is not None
    listings = [listing for listing in listings_of(entry) if listing != ALL and SITE_MAP.has_head(listing)]
    return [month_section(month_of(entry.published)), *(year_section(each, entry.published.year) for each in listings)]


def _count(cloud: CountedCloud, counted: dict[str, int]) -> None:
    """Store what the parents of sections show of them."""
    for section, count in sorted(counted.items()):
        label = section.rpartition(":")[2]
        summary = SectionSummary(section=section, label=label, count=count, modified=LAST_DAY)
        cloud.index.commit_section(SectionRecord(name=section, revision=1, generation="1/1", summary=summary))
    for year in sorted({int(section.rpartition(":")[2][:4]) for section in counted}):
        cloud.pages.send([year_section(ALL, year)])
    heads = {parse_section(section).parent for section in counted}
    cloud.pages.send([*sorted(name for name in heads if name), head_section(ALL)])
    cloud.settle()


def full_site(posts: int) -> CountedCloud:
    """Return a site of so many posts whose newest month and tags list all that their pages ever list.

    Of most older posts there is no more than listings read of them.
    """
    cloud = CountedCloud()
    cloud.upload("site.yaml", SITE_YAML)
    for number in range(posts):
        entry = _crowded(number) if number < CROWDED else _older(number - CROWDED, posts - CROWDED)
        if number < CROWDED or entry.path.startswith("/2021/01/"):  # where the old one of what is measured comes
            _store(cloud, entry)
        else:
            cloud.store_rows(entry)
    cloud.upload("posts/warm.md", _post("Warm", newest=True))
    return cloud


def _crowded(number: int) -> Entry:
    day = LAST_DAY - timedelta(hours=3 * number + 1)
    tags = tuple(Tag(slug=f"t{tag}", label=f"t{tag}") for tag in (1, 2, 3))
    return replace(_entry(number, CROWDED), published=day, path=f"/2025/12/p{number}/", tags=tags)


def _older(number: int, posts: int) -> Entry:
    entry = _entry(number, posts)
    day = LAST_DAY - timedelta(days=31) - timedelta(minutes=number * (YEARS * 365 - 31) * 24 * 60 // posts)
    return replace(entry, key=f"posts/old{number}.md", published=day, path=f"/{day.year}/{day.month:02d}/old{number}/")


def _post(title: str, *, newest: bool, minute: int = 0, text: str = "Some text of a post. ") -> bytes:
    day = LAST_DAY if newest else LAST_DAY - timedelta(days=YEARS * 365 // 2)
    day += timedelta(minutes=minute)
    return markdown(title, day.isoformat(), text="First words.\n\n" + text * 40, tags=NEW_TAGS)


def measured(
    posts: int, site: Callable[[int], CountedCloud] = site_of, places: Sequence[bool] = (True, False)
) -> dict[str, Counts]:
    """Return what each kind of upload asks of AWS on a site of so many posts; the `places` of a post: newest or old."""
    cloud = site(posts)
    found: dict[str, Counts] = {}
    for newest in places:
        which = "newest" if newest else "old"
        key = f"posts/{which}.md"
        found[f"new post, {which}"] = cloud.upload(key, _post("New", newest=newest, minute=30))
        found[f"edit of the text, {which}"] = cloud.upload(key, _post("New", newest=newest, minute=30, text="Other. "))
        found[f"edit of the title, {which}"] = cloud.upload(
            key, _post("Newer", newest=newest, minute=30, text="Other. ")
        )
        found[f"same bytes, {which}"] = cloud.upload(key, _post("Newer", newest=newest, minute=30, text="Other. "))
    return found


def main() -> None:
    """Print what is counted."""
    site = full_site if "full" in sys.argv else site_of
    for posts in [int(argument) for argument in sys.argv[1:] if argument.isdigit()] or SIZES:
        for what, counts in measured(posts, site).items():
            kinds = ", ".join(f"{count} {kind}" for kind, count in counts.calls.most_common())
            units = f"{counts.read_units} read and {counts.write_units} write units, {counts.put_bytes:,} bytes"
            print(f"{posts:,} posts: {what}: {counts.total} calls ({kinds}), {units}")


if __name__ == "__main__":
    main()
