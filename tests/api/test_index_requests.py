"""What a call costs does not depend on how large the site is."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bucketpress.adapters.memory_index import MemoryPostIndex
from bucketpress.content.post import Author, Tag
from bucketpress.records.post_change import ChangeKind, PostChange
from bucketpress.records.section_record import SectionRecord
from bucketpress.site.entry_ids import names_of
from bucketpress.site.section_summary import SectionSummary
from tests.support.api import ApiClient
from tests.support.values import entry, publication

NOW = datetime(2011, 1, 10, tzinfo=UTC)
SIZES = (100, 10_000)


class CountingIndex:
    """An index that notes every read and how many items it gave."""

    def __init__(self, index: MemoryPostIndex) -> None:
        self._index = index
        self.reads: list[tuple[str, int]] = []

    def __getattr__(self, name: str) -> Any:
        read = getattr(self._index, name)

        def noted(*args: Any, **options: Any) -> Any:
            found = read(*args, **options)
            self.reads.append((name, len(found) if isinstance(found, (tuple, Mapping)) else 1))
            return found

        return noted


def site(posts: int) -> MemoryPostIndex:
    index = MemoryPostIndex()
    for number in range(posts):
        name = f"p{number}"
        post = entry(
            f"posts/{name}.md",
            published=datetime(2010, 1, 1, tzinfo=UTC) + timedelta(minutes=10 * number % (360 * 24 * 60)),
            path=f"/x/{name}/",
            tags=(Tag(slug="all", label="All"), Tag(slug=f"t{number}", label="T")),
            authors=(Author(slug="jane-doe", name="Jane Doe"),),
        )
        made = publication(post)
        change = PostChange(
            key=post.key, kind=ChangeKind.PUBLISHED, at=NOW, revision=1, id="i", slug=post.slug, path=post.path
        )
        index.commit(replace(made, change_in=change, names_in=names_of(post)))
        child = SectionSummary(section=f"head:tag:t{number}", label="T", count=1)
        index.commit_section(SectionRecord(name=f"head:tag:t{number}", revision=1, summary=child))
        author = SectionSummary(section=f"head:author:a{number}", label="A", count=1)
        index.commit_section(SectionRecord(name=f"head:author:a{number}", revision=1, summary=author))
    year = SectionSummary(section="period:all:2010", label="2010", count=posts)
    index.commit_section(SectionRecord(name="period:all:2010", revision=1, summary=year))
    return index


@pytest.fixture(scope="module")
def sites() -> Iterator[dict[int, MemoryPostIndex]]:
    return {size: site(size) for size in SIZES}


CALLS: list[tuple[str, dict[str, object], dict[str, str]]] = [
    ("/v1/posts", {}, {}),
    ("/v1/posts", {"limit": 50, "include": "html,markdown,text"}, {}),
    ("/v1/posts", {"limit": 50, "tag": "all", "order": "oldest"}, {}),
    ("/v1/posts", {"limit": 50, "author": "jane-doe", "year": 2010}, {}),
    ("/v1/posts", {"limit": 50, "from": "2010-01-01T00:00:00Z", "to": "2010-12-31"}, {}),
    ("/v1/posts", {"limit": 50}, {"accept": "application/feed+json"}),
    ("/v1/posts", {"path": "/x/p50/"}, {}),
    ("/v1/posts", {"id": "urn:test:p50", "include": "text"}, {}),
    ("/v1/posts/p50", {}, {}),
    ("/v1/posts/no-such-post", {}, {}),
    ("/v1/tags", {"limit": 50}, {}),
    ("/v1/authors", {"limit": 50}, {}),
    ("/v1/archive", {}, {}),
    ("/v1/site", {}, {}),
    ("/v1/changes", {"limit": 50}, {}),
    ("/v1/openapi.json", {}, {}),
]


@pytest.mark.parametrize(("path", "query", "headers"), CALLS, ids=str)
def test_a_call_makes_the_same_reads_on_a_hundred_posts_and_on_ten_thousand(
    sites: dict[int, MemoryPostIndex], path: str, query: dict[str, object], headers: dict[str, str]
) -> None:
    reads: dict[int, list[tuple[str, int]]] = {}
    for size, index in sites.items():
        counting = CountingIndex(index)
        ApiClient(counting, lambda: NOW).get(path, query, headers)  # type: ignore[arg-type]
        reads[size] = counting.reads

    names = {size: [name for name, _ in each] for size, each in reads.items()}
    assert names[100] == names[10_000]
    assert len(names[100]) <= 6
    assert max((count for _, count in reads[10_000]), default=0) <= 50 + 1 + 100


@pytest.mark.parametrize(
    ("path", "query", "reads"),
    [
        ("/v1/posts/p5", {}, ["entries", "published_and_settings"]),
        ("/v1/posts/p5", {"fields": "title"}, ["entries", "records_and_settings"]),
        ("/v1/posts", {"path": "/x/p5/"}, ["claims", "records_and_settings"]),
        ("/v1/posts", {"path": "/x/p5/", "include": "html"}, ["claims", "published_and_settings"]),
        ("/v1/posts", {"id": "urn:test:p5"}, ["named", "records_and_settings"]),
    ],
    ids=str,
)
def test_one_post_takes_two_reads(path: str, query: dict[str, object], reads: list[str]) -> None:
    counting = CountingIndex(site(10))

    answer = ApiClient(counting, lambda: NOW).get(path, query)  # type: ignore[arg-type]

    assert answer.status == 200
    assert [name for name, _ in counting.reads] == reads


def test_a_client_that_has_everything_costs_no_body() -> None:
    counting = CountingIndex(site(30))
    client = ApiClient(counting, lambda: NOW)  # type: ignore[arg-type]
    for path, query in (("/v1/posts", {"include": "html"}), ("/v1/posts/p5", {})):
        etag = client.get(path, query).headers["etag"]
        counting.reads.clear()

        again = client.get(path, query, {"if-none-match": etag})

        assert again.status == 304
        assert counting.reads
        assert "bodies" not in {name for name, _ in counting.reads}
