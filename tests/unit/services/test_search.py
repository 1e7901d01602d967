"""Search over HTTP, from the upload of a post to what a reader and a program are answered."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketpress.adapters.memory_stores import MemorySearchObjects
from bucketpress.adapters.parallel import OneByOne
from bucketpress.api.http import Request, Response
from bucketpress.api.search_api import SearchApi
from bucketpress.services.queries.search_library import SearchLibrary
from tests.support.world import SITE_YAML, World, markdown


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
    assert written == ["_search/2010-02.segment", "_search/manifest.json"]


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
