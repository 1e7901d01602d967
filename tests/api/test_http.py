"""HTTP as the API speaks it: methods, caching, negotiation, and problem documents for every error."""

import base64
import gzip
import json
import random
import string
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bucketpress.adapters.memory_index import MemoryPostIndex
from bucketpress.api.cursors import Cursors
from bucketpress.api.problems import PROBLEM_TYPES
from bucketpress.cache_lifetimes import CHANGING
from bucketpress.content.post import Entry
from bucketpress.records.claim import Claim
from tests.support.api import ApiClient, client_of
from tests.support.sample_site import sample_world
from tests.support.world import SITE_YAML, World, markdown

FEED = {"accept": "application/feed+json"}


@pytest.fixture(scope="module")
def world() -> World:
    return sample_world()


@pytest.fixture(scope="module")
def client(world: World) -> ApiClient:
    return client_of(world)


WRONG = [
    ("/v1/posts", "page=2", "unknown-parameter"),
    ("/v1/posts", "Tag=voip", "unknown-parameter"),
    ("/v1/site", "limit=1", "unknown-parameter"),
    *(
        ("/v1/posts", f"limit={limit}", "invalid-parameter")
        for limit in ("0", "101", "-1", "x", "1.5", "٣", "9" * 5000)
    ),
    ("/v1/posts", "limit=1&limit=1", "invalid-parameter"),
    ("/v1/posts", "tag=", "invalid-parameter"),
    ("/v1/posts", "tag=" + "x" * 501, "invalid-parameter"),
    ("/v1/posts", "tag=%FF", "invalid-parameter"),
    ("/v1/posts", "&".join(f"x{number}=1" for number in range(60)), "invalid-parameter"),
    ("/v1/posts", "year=0", "invalid-parameter"),
    ("/v1/posts", "year=10000", "invalid-parameter"),
    ("/v1/posts", "year=2010&month=13", "invalid-parameter"),
    ("/v1/posts", "from=2010-02-30", "invalid-parameter"),
    ("/v1/posts", "from=20100301", "invalid-parameter"),
    ("/v1/posts", "from=2010-W05-1", "invalid-parameter"),
    ("/v1/posts", "to=2010-03-01T00:00:00", "invalid-parameter"),
    ("/v1/posts", "to=0001-01-01T00:00:00%2B23:00", "invalid-parameter"),
    ("/v1/posts", "order=random", "invalid-parameter"),
    ("/v1/posts", "fields=title,password", "invalid-parameter"),
    ("/v1/posts", "include=pdf", "invalid-parameter"),
    ("/v1/posts", "cursor=!", "invalid-parameter"),
    ("/v1/posts", "cursor=abcd", "invalid-cursor"),
    ("/v1/changes", "since=2010-03-01", "invalid-parameter"),
    ("/v1/posts", "tag=a&author=b", "conflicting-parameters"),
    ("/v1/posts", "month=3", "conflicting-parameters"),
    ("/v1/posts", "year=2010&from=2010-03-01", "conflicting-parameters"),
    ("/v1/posts", "from=2010-03-02&to=2010-03-01", "conflicting-parameters"),
    ("/v1/posts", "path=/x/&limit=1", "conflicting-parameters"),
    ("/v1/posts", "path=/x/&id=y", "conflicting-parameters"),
    ("/v1/posts/nothing", "", "no-such-post"),
    ("/v1/posts/p4", "", "gone"),
    ("/v1/nothing", "", "no-such-address"),
    ("/v1/posts/", "", "no-such-address"),
    ("/v1/posts/a/b", "", "no-such-address"),
]
STATUSES = {kind.name: int(kind.status) for kind in PROBLEM_TYPES}


@pytest.mark.parametrize(("path", "query", "problem"), WRONG, ids=lambda value: value[:40])
def test_what_cannot_be_answered_is_a_problem_document(client: ApiClient, path: str, query: str, problem: str) -> None:
    got = client.get(path, query)

    assert got.problem == problem
    assert got.status == STATUSES[problem] == got.json["status"]
    assert got.json["detail"]
    assert got.headers["cache-control"]


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31", "1969-12-31T23:59:60Z", "9999-12-31T23:59:59.999999Z"])
def test_the_ends_of_the_calendar_are_dates_like_others(client: ApiClient, text: str) -> None:
    assert client.get("/v1/posts", {"from": text}).status == 200
    assert client.get("/v1/posts", {"to": text}).status == 200


@pytest.mark.parametrize("query", ["year=1", "year=9999", "year=9999&month=12", "year=1&month=1"])
def test_a_year_without_posts_is_an_empty_page(client: ApiClient, query: str) -> None:
    got = client.get("/v1/posts", query)

    assert (got.status, got.json) == (200, {"items": [], "next_cursor": None})


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
@pytest.mark.parametrize("path", ["/v1/posts", "/v1/posts/p1", "/v1/docs"])
def test_the_api_is_read_only(client: ApiClient, method: str, path: str) -> None:
    got = client.send(method, path)

    assert (got.problem, got.headers["allow"]) == ("method-not-allowed", "GET, HEAD, OPTIONS")


def test_options_says_what_there_is(client: ApiClient) -> None:
    got = client.send("OPTIONS", "/v1/posts")

    assert (got.status, got.headers["allow"], got.body) == (204, "GET, HEAD, OPTIONS", b"")


@pytest.mark.parametrize(
    "path", ["/v1/posts", "/v1/posts/p1", "/v1/posts/p2", "/v1/posts/p4", "/v1/nothing", "/v1/tags"]
)
def test_head_is_get_without_the_body(client: ApiClient, path: str) -> None:
    got, head = client.get(path), client.send("HEAD", path)

    assert (head.status, dict(head.headers), head.body) == (got.status, dict(got.headers), b"")


ADDRESSES = [
    "/v1/posts",
    "/v1/posts/p1",
    "/v1/tags",
    "/v1/authors",
    "/v1/archive",
    "/v1/site",
    "/v1/changes",
    "/v1/openapi.json",
    "/v1/docs",
    "/v1/docs.css",
]


@pytest.mark.parametrize("path", ADDRESSES)
def test_what_a_client_has_already_is_not_sent_again(client: ApiClient, path: str) -> None:
    first = client.get(path)
    etag = first.headers["etag"]

    again = client.get(path, headers={"if-none-match": f'"other", {etag}'})

    assert (again.status, again.body, again.headers["etag"]) == (304, b"", etag)
    assert again.headers["vary"] == first.headers["vary"]
    assert client.get(path, headers={"if-none-match": etag.removeprefix("W/")}).status == 304
    assert client.get(path, headers={"if-none-match": '"other"'}).status == 200
    assert first.headers["cache-control"] == CHANGING


def test_a_validator_changes_with_whatever_the_answer_shows() -> None:
    world = World()
    world.upload("site.yaml", SITE_YAML)
    world.upload("posts/a.md", markdown("A"))
    world.settle()
    client = client_of(world)

    def etags() -> dict[str, str]:
        asked: dict[str, dict[str, object]] = {"plain": {}, "bodies": {"include": "text"}, "fields": {"fields": "id"}}
        found = {name: client.get("/v1/posts", query).headers["etag"] for name, query in asked.items()}
        found["feed"] = client.get("/v1/posts", headers=FEED).headers["etag"]
        return found | {"post": client.get("/v1/posts/a").headers["etag"]}

    first = etags()
    world.upload("posts/a.md", markdown("A", text="Text.\n\nAnother paragraph."))
    world.settle()
    edited = etags()
    world.upload("site.yaml", SITE_YAML + b"description: New\n")
    world.settle()
    world.tick()
    restyled = etags()

    assert len(set(first.values())) == len(first)
    assert {name for name in first if first[name] != edited[name]} == {"bodies", "feed", "post"}
    assert not set(restyled.values()) & set(edited.values())


@pytest.mark.parametrize("accept_encoding", ["gzip", "br;q=1.0, gzip;q=0.5", "*"])
def test_a_long_answer_is_compressed_for_those_who_can_read_it(client: ApiClient, accept_encoding: str) -> None:
    answer = client.call("GET", "/v1/posts", "", {"accept-encoding": accept_encoding})

    assert answer["headers"]["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer["headers"]["Vary"]
    assert gzip.decompress(base64.b64decode(answer["body"])) == client.get("/v1/posts").body


@pytest.mark.parametrize("accept_encoding", ["", "br", "gzip;q=0", "identity", "gzip;q=x"])
def test_others_get_it_as_it_is(client: ApiClient, accept_encoding: str) -> None:
    answer = client.call("GET", "/v1/posts", "", {"accept-encoding": accept_encoding})

    assert "Content-Encoding" not in answer["headers"]


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("*/*", "application/json"),
        ("", "application/json"),
        ("application/*", "application/json"),
        ("application/feed+json", "application/feed+json"),
        ("application/json;q=0.5, application/feed+json", "application/feed+json"),
        ("text/html, */*;q=0.1", "application/json"),
        ("application/json;q=0, */*", "application/feed+json"),
    ],
)
def test_a_listing_comes_in_the_type_a_client_likes_best(client: ApiClient, accept: str, content_type: str) -> None:
    got = client.get("/v1/posts", headers={"accept": accept})

    assert got.headers["content-type"] == content_type
    assert got.headers["vary"] == "Accept, Accept-Encoding"


@pytest.mark.parametrize("path", ADDRESSES)
def test_a_type_there_is_not_is_refused(client: ApiClient, path: str) -> None:
    assert client.get(path, headers={"accept": "image/png"}).problem == "not-acceptable"


def test_the_feed_has_the_very_items_of_the_sites_own_feed(world: World, client: ApiClient) -> None:
    ours = client.get("/v1/posts", headers=FEED).json
    second = client.get("/v1/posts", ours["next_url"].partition("?")[2], FEED).json

    assert ours["items"] == json.loads(world.page("feed.json"))["items"]
    assert second["items"][0]["id"] != ours["items"][-1]["id"]
    assert client.get("/v1/posts", "fields=id", FEED).problem == "conflicting-parameters"


def test_a_page_links_to_the_next_one(client: ApiClient) -> None:
    got = client.get("/v1/posts", "limit=2&tag=voip&fields=slug")
    link = got.headers["link"]

    following = client.get("/v1/posts", link[link.index("?") + 1 : link.index(">")])

    assert link.endswith('rel="next"')
    assert following.json["items"]
    assert following.json["items"] != got.json["items"]
    assert "link" not in client.get("/v1/posts", "limit=100").headers


def test_members_are_those_asked_for(client: ApiClient) -> None:
    chosen = client.get("/v1/posts", "limit=1&fields=slug,title&include=text").json["items"][0]
    whole = client.get("/v1/posts/p1").json

    assert set(chosen) == {"slug", "title", "text"}
    assert {"html", "markdown"} <= set(whole)
    assert set(client.get("/v1/posts/p1", "fields=id").json) == {"id"}
    assert whole["html"].count('href="https://blog.packnet.example/') == 1


def test_a_slug_may_hold_anything_a_path_can() -> None:
    world = World()
    world.upload("site.yaml", SITE_YAML)
    for number, path in enumerate(["/x/हिन्दी/", "/x/50% off/", "/x/a+b/", '/x/"quoted"/']):
        world.upload(f"posts/{number}.md", markdown(f"P{number}", "2010-03-01", url=f"'{path}'", slug=f"s{number}"))
    world.upload("posts/हिन्दी.md", markdown("हिन्दी", "2010-03-01"))
    world.settle()
    client = client_of(world)

    items = client.get("/v1/posts").json["items"]

    assert len(items) == 5
    for item in items:
        assert client.get(f"/v1/posts/{item['slug']}").json["id"] == item["id"]
        assert client.get("/v1/posts", {"path": item["path"]}).json["items"] == [item]
        assert client.get("/v1/posts", {"id": item["id"]}).json["items"] == [item]


def test_a_body_too_large_to_send_is_left_out_of_pages_and_refused_alone() -> None:
    world = World()
    world.upload("site.yaml", SITE_YAML)
    for day in range(1, 5):
        world.upload(f"posts/p{day}.md", markdown(f"P{day}", f"2010-03-0{day}", text="&" * 250_000))
    address = f"/{'h' * 220}/{'h' * 220}/{'h' * 220}/"  # which every link within the page repeats
    world.upload("posts/huge.md", markdown("Huge", "2010-03-09", text="[a](#a)\n" * 8_000, url=address, slug="huge"))
    world.settle()
    client, huge = client_of(world), "/v1/posts/huge"

    pages = list(client.follow("/v1/posts", {"include": "html", "to": "2010-03-05"}))

    assert [len(page.json["items"]) for page in pages] == [
        len(page.json["items"]) for page in pages if page.json["items"]
    ]
    assert [item["slug"] for page in pages for item in page.json["items"]] == ["p4", "p3", "p2", "p1"]
    assert len(pages) > 1
    assert client.get(huge).problem == "too-large"
    assert client.get(huge, "fields=title,url").status == 200


def test_an_index_in_the_midst_of_a_change_is_a_503_that_says_when_to_come_back() -> None:
    world = World()
    world.upload("site.yaml", SITE_YAML)
    world.upload("posts/a.md", markdown("A"))
    world.settle()
    world.index._bodies.clear()

    got = client_of(world).get("/v1/posts/a")

    assert (got.problem, got.headers["retry-after"]) == ("unavailable", "2")


QUERY = {"": "/v1/posts", "tag": "voip"}
places = st.text(alphabet=string.printable, min_size=1, max_size=80)


@given(place=places)
def test_a_cursor_leads_back_to_its_place(place: str) -> None:
    cursors = Cursors(secret=b"s")

    assert cursors.read(cursors.write(place, QUERY), QUERY) == place


@settings(max_examples=300)
@given(place=places, data=st.data())
def test_a_cursor_with_any_character_changed_is_refused(world: World, place: str, data: st.DataObject) -> None:
    client = client_of(world)
    cursor = Cursors(secret=b"a secret of the tests").write(place, QUERY)
    position = data.draw(st.integers(0, len(cursor) - 1))
    letters = string.ascii_letters + string.digits + "-_"
    other = data.draw(st.sampled_from([letter for letter in letters if letter != cursor[position]]))

    forged = cursor[:position] + other + cursor[position + 1 :]

    assert client.get("/v1/posts", {"tag": "voip", "cursor": forged}).problem == "invalid-cursor"


def test_a_cursor_of_another_deployment_is_refused(world: World) -> None:
    ours, theirs = client_of(world), ApiClient(world.index, lambda: world.now, secret=b"another")

    cursor = theirs.get("/v1/posts", "limit=1").json["next_cursor"]

    assert ours.get("/v1/posts", {"limit": 1, "cursor": cursor}).problem == "invalid-cursor"


@settings(max_examples=15)
@given(seed=st.integers(0, 2**32))
def test_a_mirror_that_polls_has_what_is_published_whenever_it_has_read_to_the_end(seed: int) -> None:
    chance = random.Random(seed)
    world = World()
    world.upload("site.yaml", SITE_YAML)
    client = client_of(world)
    copy: dict[str, dict[str, object]] = {}
    cursor: dict[str, object] = {}

    for step in range(25):
        key = f"posts/p{chance.randrange(5)}.md"
        if chance.random() < 0.3:
            world.delete(key)
        else:
            draft = {"draft": "true"} if chance.random() < 0.2 else {}
            text = markdown(
                f"Step {step}", f"2010-03-0{chance.randrange(1, 5)}", slug=f"s{chance.randrange(6)}", **draft
            )
            world.upload(key, text)
        world.tick(minutes=chance.choice([0, 0.1, 3, 20]))
        if chance.random() < 0.5:
            more = True
            while more:
                page = client.get("/v1/changes", {"limit": chance.choice([1, 2, 50]), **cursor}).json
                cursor, more = {"cursor": page["next_cursor"]}, page["more"]
                copy |= {item["source"]: item for item in page["items"]}

            live = {item["id"]: item["path"] for item in client.get("/v1/posts", "limit=100").json["items"]}
            assert {item["id"]: item["path"] for item in copy.values() if item["change"] != "removed"} == live


@pytest.mark.parametrize("letter", ["x", "\U0001f600"])
def test_a_name_longer_than_any_key_of_the_index_is_never_asked_for(letter: str) -> None:
    asked: list[tuple[object, ...]] = []

    class Noting(MemoryPostIndex):
        def entries(self, listing: str, **_: object) -> tuple[Entry, ...]:  # type: ignore[override]
            asked.append((listing,))
            return ()

        def named(self, name: str, limit: int) -> tuple[str, ...]:
            asked.append((name, limit))
            return ()

        def claims(self, path: str) -> tuple[Claim, ...]:
            asked.append((path,))
            return ()

    client = ApiClient(Noting(), lambda: datetime(2011, 1, 1, tzinfo=UTC))

    got = [client.get(f"/v1/posts/{letter * length}") for length in (100, 7000)]
    got += [client.get("/v1/posts", {name: letter * 500}) for name in ("path", "id", "tag", "author")]

    assert {each.status for each in got} <= {200, 404}
    assert len(asked) >= 3
    assert all(len(str(name[0]).encode()) + len("LISTING#") <= 2048 for name in asked)
