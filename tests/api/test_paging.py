"""Walking from page to page gives every post exactly once, whatever is published and removed meanwhile."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bucketpress.adapters.memory_index import MemoryPostIndex
from bucketpress.content.post import Author, Entry, Tag
from bucketpress.records.publish_transaction import PublishTransaction, RowKey
from bucketpress.records.record import Record
from bucketpress.site.impact import listings_of, position_in
from bucketpress.site.renderer import Renderer
from bucketpress.site.search.cells import SegmentLimits
from tests.support.api import ApiClient, client_of
from tests.support.values import entry, publication
from tests.support.world import SITE_YAML, World, markdown

POSTS = 10_001
FOUND = 30
TAGS, AUTHORS = 7, 3
NOW = datetime(2011, 1, 10, tzinfo=UTC)

LISTINGS: dict[str, tuple[dict[str, object], Callable[[Entry], bool]]] = {
    "all": ({}, lambda _: True),
    "a tag": ({"tag": "t3"}, lambda post: any(tag.slug == "t3" for tag in post.tags)),
    "an author": ({"author": "a1"}, lambda post: any(author.slug == "a1" for author in post.authors)),
    "a year": ({"year": 2007}, lambda post: date_of(post)[:4] == "2007"),
    "a month of a tag": (
        {"tag": "t3", "year": 2007, "month": 12},
        lambda post: any(tag.slug == "t3" for tag in post.tags) and date_of(post)[:7] == "2007-12",
    ),
    "days of an author": (
        {"author": "a1", "from": "2006-06-15", "to": "2009-02-01"},
        lambda post: (
            any(author.slug == "a1" for author in post.authors) and "2006-06-15" <= date_of(post) <= "2009-02-01"
        ),
    ),
    "moments": (
        {"from": "2006-06-15T10:00:00Z", "to": "2009-02-01T09:00:00+02:00"},
        lambda post: (
            datetime(2006, 6, 15, 10, tzinfo=UTC) <= (post.published or NOW) <= datetime(2009, 2, 1, 7, tzinfo=UTC)
        ),
    ),
}


def date_of(post: Entry) -> str:
    return post.published.date().isoformat() if post.published else ""


class Blog:
    """Ten thousand posts in an index, and a hand that publishes and removes some."""

    def __init__(self) -> None:
        self.index = MemoryPostIndex()
        self.posts: dict[str, Entry] = {}
        self.made = 0
        chance = random.Random(7)
        for _ in range(POSTS):
            self.publish(chance)

    def publish(self, chance: random.Random) -> Entry:
        # Whole hours only: many posts share an instant.
        published = datetime(2005, 1, 1, tzinfo=UTC) + timedelta(hours=chance.randrange(6 * 365 * 24))
        name = f"p{self.made}"
        post = entry(
            f"posts/{name}.md",
            path=f"/x/{name}/",
            published=published,
            tags=tuple(Tag(slug=f"t{each}", label="T") for each in chance.sample(range(TAGS), 2)),
            authors=(Author(slug=f"a{chance.randrange(AUTHORS)}", name="A"),),
        )
        self.made += 1
        self.index.commit(publication(post))
        self.posts[post.slug] = post
        return post

    def remove(self, chance: random.Random) -> Entry:
        post = self.posts.pop(chance.choice(list(self.posts)))
        rows = frozenset(RowKey(listing=listing, position=position_in(listing, post)) for listing in listings_of(post))
        record = Record(key=post.key, kind=post.kind, revision=2)
        self.index.commit(PublishTransaction(record=record, drop_body=True, rows_out=rows))
        return post


@pytest.fixture(scope="module")
def blog() -> Blog:
    return Blog()


@pytest.fixture(scope="module")
def found() -> ApiClient:
    """Return a client of a site whose posts need a number of segments, and all of which one word finds."""
    world = World(renderer=partial(Renderer, segment_limits=SegmentLimits(posts=4)))
    world.upload("site.yaml", SITE_YAML)
    for number in range(FOUND):
        text = "cables " * (number % 5 + 1)
        world.upload(f"posts/p{number}.md", markdown(f"Post {number}", f"2010-{number % 12 + 1:02d}-01", text))
    world.settle()
    return client_of(world)


@pytest.mark.parametrize("order", ["newest", "oldest"])
@pytest.mark.parametrize("listing", LISTINGS)
@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_every_post_that_stays_is_given_exactly_once(blog: Blog, listing: str, order: str, seed: int) -> None:
    chance = random.Random(seed)
    query, belongs = LISTINGS[listing]
    before = {slug for slug, post in blog.posts.items() if belongs(post)}
    coming: set[str] = set()
    going: set[str] = set()
    given_slugs: list[str] = []
    dates: list[str] = []
    client = ApiClient(blog.index, lambda: NOW)

    for page in client.follow("/v1/posts", {**query, "order": order, "limit": 100, "fields": "slug,published"}):
        given_slugs += [item["slug"] for item in page.json["items"]]
        dates += [item["published"] for item in page.json["items"]]
        for _ in range(chance.randrange(4)):
            coming.add(blog.publish(chance).slug)
            going.add(blog.remove(chance).slug)

    assert [slug for slug, times in Counter(given_slugs).items() if times > 1] == []
    assert before - going <= set(given_slugs) <= before | coming
    assert dates == sorted(dates, reverse=order == "newest")
    assert before - going


def test_limits_may_change_from_page_to_page_and_nothing_else_may() -> None:
    world = World()
    world.upload("site.yaml", SITE_YAML)
    for day in range(1, 10):
        world.upload(f"posts/p{day}.md", markdown(f"P{day}", f"2010-03-{day:02d}", tags="[x]"))
    world.settle()
    client = client_of(world)
    cursor = client.get("/v1/posts", {"tag": "x", "limit": 2}).json["next_cursor"]

    rest = client.get("/v1/posts", {"tag": "x", "limit": 100, "fields": "slug", "cursor": cursor}).json["items"]

    assert [item["slug"] for item in rest] == [f"p{day}" for day in range(7, 0, -1)]
    for other in ({}, {"tag": "y"}, {"tag": "x", "order": "oldest"}, {"tag": "x", "year": 2010}, {"author": "x"}):
        assert client.get("/v1/posts", {**other, "cursor": cursor}).problem == "invalid-cursor"
    assert client.get("/v1/tags", {"cursor": cursor}).problem == "invalid-cursor"


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 50), min_size=1, max_size=4))
def test_what_is_found_in_many_segments_is_given_once_and_in_order_whatever_the_limits(
    found: ApiClient, limits: list[int]
) -> None:
    seen: list[str] = []
    cursor: dict[str, object] = {}
    for number in range(FOUND):
        got = found.get("/v1/search", {"q": "cables", "limit": limits[number % len(limits)], **cursor}).json
        seen += [item["path"] for item in got["items"]]
        if got["next_cursor"] is None:
            break
        cursor = {"cursor": got["next_cursor"]}

    whole = found.get("/v1/search", {"q": "cables", "limit": 50}).json
    assert seen == [item["path"] for item in whole["items"]]
    assert len(set(seen)) == whole["total"] == FOUND


def test_a_year_and_a_month_are_those_of_the_archive_pages_in_every_zone() -> None:
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Shanghai"):
        world = World()
        world.upload("site.yaml", SITE_YAML.replace(b"timezone: UTC", f"timezone: {zone}".encode()))
        for number, date in enumerate(
            ["2009-12-31 23:59", "2010-01-01", "2010-12-31T20:00:00Z", "2010-06-30T23:30:00-11:00", "2010-07-01 00:00"]
        ):
            world.upload(f"posts/p{number}.md", markdown(f"P{number}", date, url=f"/x/p{number}/"))
        world.settle()
        client = client_of(world)

        for year in client.get("/v1/archive").json["years"]:
            found = client.get("/v1/posts", {"year": year["year"]}).json["items"]
            assert len(found) == year["count"], (zone, year)
            for month in year["months"]:
                page = world.page(f"{year['year']}/{month['month']:02d}/index.html")
                items = client.get("/v1/posts", {"year": year["year"], "month": month["month"]}).json["items"]
                assert len(items) == month["count"]
                assert all(item["path"] in page for item in items)


def test_a_span_with_more_posts_beside_it_than_are_looked_at_is_still_walked_to_its_end() -> None:
    index = MemoryPostIndex()
    day = datetime(2010, 1, 1, 5, tzinfo=UTC)
    inside = [entry(f"posts/in{number}.md", published=day - timedelta(hours=9)) for number in range(3)]
    beside = [entry(f"posts/by{number}.md", published=day) for number in range(350)]
    for post in (*inside, *beside):
        index.commit(publication(post))
    client = ApiClient(index, lambda: NOW)

    pages = list(client.follow("/v1/posts", {"year": 2009, "limit": 2}))

    slugs = [item["slug"] for page in pages for item in page.json["items"]]
    assert sorted(slugs) == ["in0", "in1", "in2"]
    assert len(pages) > 3
