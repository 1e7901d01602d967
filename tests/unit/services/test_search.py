"""Search over HTTP, from the upload of a post to what a reader and a program are answered."""

import json
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bucketpress.adapters.memory_stores import MemorySearchObjects
from bucketpress.adapters.parallel import OneByOne
from bucketpress.api.http import Request, Response
from bucketpress.api.search_api import SearchApi
from bucketpress.records.section_record import SectionRecord
from bucketpress.services.queries.search_library import SearchLibrary
from bucketpress.site.artifact import Artifact
from bucketpress.site.renderer import Renderer
from bucketpress.site.search.cells import SegmentLimits
from bucketpress.site.search.segment import Segment
from bucketpress.site.section_summary import SectionSummary
from tests.support.world import SITE_YAML, World, clean_build, clean_world, markdown

FEW = SegmentLimits(posts=4)


class Reader:
    """A client of the search of a world."""

    def __init__(self, world: World) -> None:
        objects = MemorySearchObjects(world.site)
        library = SearchLibrary(objects=objects, parallel=OneByOne())
        self.api = SearchApi(library=library, secret=b"a secret of the tests", software="test")

    def get(self, path: str, query: str = "", method: str = "GET", **headers: str) -> Response:
        return self.api.respond(Request(method=method, path=path, query=query, headers=headers))

    def json(self, **query: object) -> Any:
        response = self.get("/v1/search", urlencode(query))
        return json.loads(response.body) | {"http": response.status}

    def paths(self, q: str, **query: object) -> list[str]:
        return [item["path"] for item in self.json(q=q, **query)["items"]]

    def page(self, query: str) -> str:
        return self.get("/search/", query).body.decode()


def site(**settings: str) -> World:
    world = World()
    world.upload("site.yaml", SITE_YAML + "".join(f"{key}: {value}\n" for key, value in settings.items()).encode())
    world.upload("posts/a.md", markdown("Routers", "2010-02-01", "On **packets** & <em>cables</em>.", tags="[Net]"))
    world.upload("posts/b.md", markdown("Cables", "2010-03-01", "Copper.", author="jane-doe"))
    world.upload("posts/d.md", markdown("Hidden cables", "2010-03-02", "zzdraft", draft="true"))
    world.upload("posts/l.md", markdown("Later cables", "2031-03-02", "zzlater"))
    world.upload("pages/about.md", b"# About us\n\nWe lay cables.\n")
    world.settle()
    return world


def test_what_is_published_is_found_and_nothing_else() -> None:
    reader = Reader(site())

    assert reader.paths("cables") == ["/2010/03/b/", "/about/", "/2010/02/a/"]
    assert reader.paths("packet") == ["/2010/02/a/"]
    assert reader.json(q="zzdraft")["total"] == reader.json(q="zzlater")["total"] == 0


def test_search_is_as_fresh_as_the_site() -> None:
    world = site()
    reader = Reader(world)
    reader.json(q="cables")

    world.delete("posts/b.md")
    world.upload("posts/a.md", markdown("Switches", "2010-02-01", "Quite other."))
    world.settle()

    assert reader.paths("cables") == ["/about/"]
    assert reader.paths("quite") == ["/2010/02/a/"]


def test_a_changed_post_writes_its_segment_and_the_manifest() -> None:
    world = site()
    world.site.writes.clear()

    world.upload("posts/a.md", markdown("Routers", "2010-02-01", "Changed."))
    world.settle()

    written = sorted(key for key in world.site.writes if key.startswith("_search/"))
    assert written == ["_search/2010.segment", "_search/manifest.json"]


def test_a_changed_post_of_a_large_site_writes_two_objects_as_well() -> None:
    world = crowded()
    world.site.writes.clear()

    world.upload("posts/p7.md", markdown("Cables 7", "2010-02-08", "Changed."))
    world.settle()

    written = [key for key in world.site.writes if key.startswith("_search/")]
    assert len(written) == 2
    assert "_search/manifest.json" in written


def test_every_post_of_a_crowded_day_is_found() -> None:
    world = World(renderer=partial(Renderer, segment_limits=FEW))
    world.upload("site.yaml", SITE_YAML)
    for number in range(60):
        world.upload(f"posts/p{number}.md", markdown(f"Cables {number}", "2010-02-01", f"word{number}x"))
    world.settle()
    reader = Reader(world)

    assert reader.json(q="cables")["total"] == 60
    assert [reader.paths(f"word{number}x") for number in range(60)] == [[f"/2010/02/p{n}/"] for n in range(60)]
    assert all(Segment(data).count <= FEW.posts for data in segments_of(world).values())


SPREAD = ("2010-02-01", "2010-05-01", "2010-08-01", "2010-08-02", "2010-11-01", "2010-12-01")
SAME_DAY = ("2010-02-01",) * 6


# Out of order, but not so long that a cell is split three times before the manifest is written once.
@pytest.mark.parametrize(
    ("dates", "newest_message_first"),
    [(SPREAD, False), (SPREAD, True), (SAME_DAY, False)],
    ids=["spread", "spread, newest message first", "of one day"],
)
@pytest.mark.parametrize("change", ["post comes", "posts go", "text grows"])
def test_no_post_is_missed_while_segments_are_split_or_become_one(
    *, dates: tuple[str, ...], newest_message_first: bool, change: str
) -> None:
    limited = partial(Renderer, segment_limits=SegmentLimits(posts=4, bytes=6000))
    world = World(renderer=limited)
    world.upload("site.yaml", SITE_YAML)
    count = 5 if change == "posts go" else 4
    for number in range(count):
        world.upload(f"posts/p{number}.md", markdown(f"Cables {number}", dates[number], "Word."))
    world.settle()
    before = segments_of(world)
    stay = {"post comes": range(4), "posts go": range(2, 5), "text grows": range(4)}[change]
    warm = Reader(world)
    warm.json(q="cables")

    if change == "post comes":
        world.upload("posts/p9.md", markdown("Cables 9", dates[4], "Word."))
    elif change == "posts go":
        world.delete("posts/p0.md")
        world.delete("posts/p1.md")
    else:
        text = " ".join(f"word{number}" for number in range(600))
        world.upload("posts/p1.md", markdown("Cables 1", dates[1], text))
    while key := world.sources.take():
        world.publisher.publish(key)
    waiting = [*world.pages.take_all()]
    for _ in range(300):
        if not waiting:
            break
        world.refresher.refresh(waiting.pop(-1 if newest_message_first else 0))
        waiting += world.pages.take_all()
        for reader in (Reader(world), warm):
            paths = reader.paths("cables", limit=50)
            assert len(paths) == len(set(paths)), "a post is found twice"
            assert {path[-3:-1] for path in paths} >= {f"p{number}" for number in stay}, "a post is missed"

    assert not waiting, "the messages never end"
    assert segments_of(world).keys() != before.keys()
    assert world.live() == clean_world(world.content, world.now, limited).live()


def test_a_year_becomes_one_segment_again_when_few_posts_are_left() -> None:
    world = crowded()
    assert "_search/2010.segment" not in world.live()

    for number in range(FEW.posts, 20):
        world.delete(f"posts/p{number}.md")
    world.settle()

    assert list(segments_of(world)) == ["_search/2010.segment"]
    assert Reader(world).json(q="cables")["total"] == FEW.posts


def test_posts_that_are_too_long_for_one_segment_are_split_though_they_are_few() -> None:
    world = World(renderer=partial(Renderer, segment_limits=SegmentLimits(posts=9, bytes=20_000)))
    world.upload("site.yaml", SITE_YAML)
    for number in range(4):
        text = " ".join(f"word{number}x{place}" for place in range(1000))
        world.upload(f"posts/p{number}.md", markdown(f"Cables {number}", f"2010-0{number + 1}-01", text))
    world.settle()

    assert len(segments_of(world)) == 4
    for number in range(4):
        world.upload(f"posts/p{number}.md", markdown(f"Cables {number}", f"2010-0{number + 1}-01", "Short."))
    world.settle()

    assert list(segments_of(world)) == ["_search/2010.segment"]
    assert world.live() == clean_build(world)


@settings(max_examples=15, deadline=None)
@given(
    st.sampled_from([1, 2, 5]),
    st.sampled_from([400, 2000, 100_000]),
    st.lists(
        st.tuples(
            st.integers(0, 8),
            st.sampled_from(["2010-03-01", "2010-03-02", "2010-03-17", "2010-12-31T23:30:00-05:00", "2009-06-01"]),
            st.sampled_from([0, 1, 80]),
            st.booleans(),
        ),
        max_size=30,
    ),
)
def test_segments_are_those_of_a_clean_build_after_any_history(
    posts: int, size: int, changes: list[tuple[int, str, int, bool]]
) -> None:
    limited = partial(Renderer, segment_limits=SegmentLimits(posts=posts, bytes=size))
    world = World(renderer=limited)
    world.upload("site.yaml", SITE_YAML)
    for number, date, words, settles in changes:
        key = f"posts/p{number}.md" if number < 6 else f"pages/p{number}.md"
        if words:
            world.upload(key, markdown(f"Cables {number}", date, " ".join(f"w{words}x{each}" for each in range(words))))
        else:
            world.delete(key)
        if settles:
            world.settle()
    world.settle()

    assert segments_of(world) == segments_of(clean_world(world.content, world.now, limited))


def test_what_older_software_left_is_replaced_by_a_rebuild() -> None:
    world = crowded()
    before = segments_of(world)
    forget_the_listing_of_search(world)

    world.publisher, world.refresher, world.upkeep = (
        replace(each, software="newer") for each in (world.publisher, world.refresher, world.upkeep)
    )
    for _ in range(12):
        world.tick()

    assert segments_of(world) == before
    assert Reader(world).json(q="cables")["total"] == 20


def crowded() -> World:
    """Return a site whose one year has more posts than fit into a segment."""
    world = World(renderer=partial(Renderer, segment_limits=FEW))
    world.upload("site.yaml", SITE_YAML)
    for number in range(20):
        world.upload(f"posts/p{number}.md", markdown(f"Cables {number}", f"2010-02-{number + 1:02d}"))
    world.settle()
    return world


def segments_of(world: World) -> dict[str, bytes]:
    return {key: data for key, data in sorted(world.live().items()) if key.endswith(".segment")}


def forget_the_listing_of_search(world: World) -> None:
    """Leave an index as the software did that had segments of whole months, and no listing of search."""
    index = world.index
    index._listings.pop("search")
    index._records = {key: replace(record, in_search=False) for key, record in index._records.items()}
    for name in [name for name in index._sections if name.startswith("search:")]:
        record = index._sections.pop(name)
        for key in record.artifacts:
            del world.site._objects[key]
    index._children["search"] = {}
    old = Artifact(key="_search/2010-02.segment", data=b"BPSEARCH1\n", content_type="application/octet-stream")
    world.site.put(old, expected=None)
    summary = SectionSummary(section="search:2010-02", label=old.etag, count=20)
    index.commit_section(
        SectionRecord(name="search:2010-02", revision=1, artifacts={old.key: old.etag}, summary=summary)
    )


@pytest.mark.parametrize("path", ["/v1/search", "/search/", "/elsewhere"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST"])
def test_who_does_not_come_through_the_distribution_is_turned_away(path: str, method: str) -> None:
    library = SearchLibrary(objects=MemorySearchObjects(site().site), parallel=OneByOne())
    api = SearchApi(library=library, secret=b"a secret", software="test", origin_secret=b"of the distribution")

    def status(**headers: str) -> int:
        return api.respond(Request(method=method, path=path, query="q=cables", headers=headers)).status

    through = status(**{"x-origin-secret": "of the distribution"})
    assert {status(), status(**{"x-origin-secret": ""}), status(**{"x-origin-secret": "another"})} == {403}
    assert through != 403


def test_a_site_may_have_no_search() -> None:
    world = site()
    reader = Reader(world)
    reader.json(q="cables")

    world.upload("site.yaml", SITE_YAML + b"search: false\n")
    for _ in range(3):
        world.tick()

    assert not [key for key in world.live() if key.startswith(("_search/", "search/"))]
    assert reader.json(q="cables")["http"] == 404
    assert reader.get("/search/", "q=cables").status == 404
    assert b"/search/" not in world.live()["index.html"]


def test_every_page_has_a_box_where_the_site_asks_for_it() -> None:
    assert b'action="/search/"' in site(search="box").live()["2010/02/a/index.html"]
    assert b'action="/search/"' not in site().live()["2010/02/a/index.html"]


@pytest.mark.parametrize(
    ("query", "paths"),
    [
        ({"tag": "net"}, ["/2010/02/a/"]),
        ({"author": "jane-doe"}, ["/2010/03/b/"]),
        ({"from": "2010-03-01"}, ["/2010/03/b/"]),
        ({"to": "2010-02-01"}, ["/2010/02/a/"]),
        ({"to": "2010-02-15T00:00:00Z"}, ["/2010/02/a/"]),
        ({"tag": "net", "from": "2010-03-01"}, []),
    ],
)
def test_what_is_found_can_be_narrowed(query: dict[str, object], paths: list[str]) -> None:
    assert Reader(site()).paths("cables", **query) == paths


def test_pages_follow_one_another_without_gap_or_repetition() -> None:
    reader = Reader(site())

    seen, cursor = [], None
    for _ in range(3):
        answer = reader.json(q="cables", limit=1, **({"cursor": cursor} if cursor else {}))
        seen += [item["path"] for item in answer["items"]]
        cursor = answer["next_cursor"]

    assert seen == reader.paths("cables")
    assert cursor is None


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("", "invalid-parameter"),
        ("q=", "invalid-parameter"),
        ("q=x&unknown=1", "unknown-parameter"),
        ("q=" + "x" * 10_000, "invalid-parameter"),
        ("q=x&limit=51", "invalid-parameter"),
        ("q=x&cursor=AWvZ0m3nU8u1", "invalid-cursor"),
        ("q=x&from=2010-02-02&to=2010-02-01", "conflicting-parameters"),
        ("q=%ff", "invalid-parameter"),
    ],
)
def test_a_mistake_is_named(query: str, problem: str) -> None:
    response = Reader(site()).get("/v1/search", query)

    assert response.headers["Content-Type"] == "application/problem+json"
    assert json.loads(response.body)["type"].endswith(f"#{problem}")


def test_an_answer_that_the_client_has_is_not_sent_again() -> None:
    reader = Reader(site())
    for path in ("/v1/search", "/search/"):
        first = reader.get(path, "q=cables")

        again = reader.get(path, "q=cables", **{"if-none-match": first.headers["ETag"]})

        assert (again.status, again.body) == (304, b"")
        assert reader.get(path, "q=cables", method="HEAD").body == b""
        assert reader.get(path, "q=cables", method="POST").status == 405


def test_what_was_looked_for_is_marked_and_all_else_escaped() -> None:
    reader = Reader(site())

    (item,) = reader.json(q="packets")["items"]

    assert item["title_html"] == "Routers"
    assert item["summary_html"] == "On <mark>packets</mark> &amp; cables."


def test_a_reader_gets_a_page_with_what_was_found() -> None:
    page = Reader(site()).page("q=packets+%22%3E%3Cscript%3E")

    assert '<a class="u-url" href="/2010/02/a/">Routers</a>' in page
    assert "<mark>packets</mark>" in page
    assert 'value="packets &quot;&gt;&lt;script&gt;"' in page
    assert "<script>" not in page
    assert '<meta name="robots" content="noindex">' in page


def test_a_page_says_what_it_did_with_words_that_nothing_has() -> None:
    reader = Reader(site())

    assert "spelt nearly the same" in reader.page("q=pakcets")
    assert "some of them" in reader.page("q=packets+elephant")
    assert "Nothing was found for “elephant”" in reader.page("q=elephant")
    assert "too long" in reader.page("q=" + "x" * 300)
    assert "Nothing" not in reader.page("")


@pytest.mark.parametrize(
    "hostile",
    [
        *(
            ".*",
            "(a+)+$",
            "*",
            "?",
            "%",
            "' OR 1=1 --",
            "x" * 10_000,
            "\u202etxet\u202c",
            "\u200b\u200d",
            "\x00",
            "\ufdfa" * 190,
        ),
        *("--", '"""', "-" * 200, '"' * 200, "a " * 100, "\ud800", "<!--results-->", "{{ 7 * 7 }}", "\u0301" * 200),
    ],
)
def test_a_hostile_query_is_answered_like_any_other(hostile: str) -> None:
    reader = Reader(site())
    query = urlencode({"q": hostile}, errors="surrogatepass")

    assert reader.get("/v1/search", query).status in {200, 400}
    page = reader.get("/search/", query)
    assert page.status == 200
    assert page.body.count(b"<h1>") == 1


@given(st.text(max_size=220), st.text(max_size=20))
def test_any_query_is_answered(q: str, other: str) -> None:
    reader = _READER[0] if _READER else Reader(site())
    _READER[:] = [reader]

    assert reader.get("/v1/search", urlencode({"q": q}, errors="replace")).status in {200, 400}
    assert reader.get("/search/", f"q={other}&page={other}").status == 200


_READER: list[Reader] = []
