"""Nothing unpublished is reachable: no route, parameter or status tells a hidden source from one that never was."""

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.api import ApiClient, Got, client_of
from tests.support.sample_site import HIDDEN, sample_world
from tests.support.world import SITE_YAML, World, markdown

SECRET = "Secretive"
SLUGS = ("open", "hidden-one", "hidden-two", "hidden-three", "alias", "nothing")
SHOWN = {
    "posts/m-open.md": markdown("Open", "2010-03-01", slug="open", tags="[open]", author="jane-doe"),
    "posts/n-other.md": markdown("Other", "2010-04-01", tags="[open]", text="See [it](z-hidden-one.md)."),
}

hidden_source = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["z-hidden-one", "z-hidden-two", "a-hidden-three"]),
        "slug": st.sampled_from(["hidden-one", "hidden-two", "hidden-three", "open"]),
        "state": st.sampled_from(["draft", "folder", "scheduled", "expired", "invalid", "shadowed"]),
        "id": st.sampled_from(["", "urn:hidden:id", "plain id"]),
        "date": st.sampled_from(["2010-03-01", "2010-03-31", "2009-12-31"]),
    }
)


def upload(world: World, source: dict[str, str]) -> None:
    fields = {"tags": "[hidden]", "author": "Hidden Author", "slug": source["slug"], "aliases": "[/alias/]"}
    fields |= {"id": source["id"]} if source["id"] else {}
    name, date, folder = source["name"], source["date"], "posts"
    state = source["state"]
    if state == "draft":
        fields["draft"] = "true"
    elif state == "folder":
        folder = "drafts"
    elif state == "scheduled":
        date = "2030-03-01"
    elif state == "expired":
        fields["expires"] = "2010-12-01"
    elif state == "invalid":
        date = "2010-02-30"
    else:
        # Loses its path to the post that is shown, whose key comes first.
        date, name, fields["slug"] = "2010-03-01", f"z-{name}", "open"
    world.upload(f"{folder}/{name}.md", markdown(SECRET, date, text=SECRET, **fields))


def battery(client: ApiClient, extra_ids: tuple[str, ...] = ()) -> Iterator[tuple[str, Got]]:
    """Ask everything there is to ask, hidden names among it."""
    queries: dict[str, list[dict[str, object]]] = {
        "/v1/posts": [
            {},
            {"order": "oldest", "include": "html,markdown,text"},
            *({"tag": tag} for tag in ("open", "hidden")),
            *({"author": author} for author in ("jane-doe", "hidden-author")),
            *({"year": year} for year in (2009, 2010, 2030)),
            {"year": 2010, "month": 3},
            {"from": "2009-01-01", "to": "2040-01-01"},
            *({"path": f"/{when}/{slug}/"} for when in ("2010/03", "2009/12", "2030/03") for slug in SLUGS),
            *({"path": path} for path in ("/alias/", "/drafts/hidden-one/")),
            *({"id": identity} for identity in ("urn:hidden:id", "plain id", *extra_ids)),
        ],
        **{f"/v1/posts/{slug}": [{}] for slug in SLUGS},
        "/v1/tags": [{}, {"limit": 1}],
        "/v1/authors": [{}, {"limit": 1}],
        "/v1/archive": [{}],
        "/v1/site": [{}],
        "/v1/search": [
            *({"q": text} for text in (SECRET, "Sec", "Secretivf", '"Hidden Author"', "hidden", "open", "other", "it")),
            *({"q": text, "limit": 1} for text in ("open it other", "-other open")),
            *({"q": "open", "tag": tag} for tag in ("open", "hidden")),
            {"q": "open", "author": "hidden-author"},
            {"q": "it", "from": "2029-01-01"},
        ],
        "/v1/changes": [{}, {"since": "2000-01-01T00:00:00Z", "limit": 1}],
    }
    for path, asked in queries.items():
        for query in asked:
            for accept in ("application/json", "application/feed+json"):
                yield f"{path} {query} {accept}", client.get(path, query, {"accept": accept})


def told(got: Got) -> tuple[int, dict[str, str], bytes]:
    return got.status, dict(got.headers), got.body


@settings(max_examples=20)
@given(sources=st.lists(hidden_source, min_size=1, max_size=3, unique_by=lambda source: source["name"]))
def test_a_site_with_hidden_sources_answers_as_one_without_them(sources: list[dict[str, str]]) -> None:
    with_hidden, without = World(), World()
    for world in (with_hidden, without):
        world.upload("site.yaml", SITE_YAML)
        for key, data in SHOWN.items():
            world.upload(key, data)
        world.settle()
    for source in sources:
        upload(with_hidden, source)
    with_hidden.settle()

    for (asked, seen), (_, expected) in zip(battery(client_of(with_hidden)), battery(client_of(without)), strict=True):
        assert told(seen) == told(expected), asked


@settings(max_examples=20)
@given(source=hidden_source, how=st.sampled_from(["deleted", "draft", "scheduled", "expired", "shadowed"]))
def test_of_a_withdrawn_post_only_that_it_is_gone_can_be_learnt(source: dict[str, str], how: str) -> None:
    world = World()
    world.upload("site.yaml", SITE_YAML)
    for key, data in SHOWN.items():
        world.upload(key, data)
    fields = {"slug": "withdrawn", "tags": "[hidden]", "author": "Hidden Author", "id": source["id"] or "urn:x"}
    world.upload("posts/withdrawn.md", markdown(SECRET, "2010-03-05", text=SECRET, **fields))
    world.settle()
    post = client_of(world).get("/v1/posts/withdrawn").json
    withdraw(world, how, fields)

    client = client_of(world)
    asked = {
        "slug": client.get("/v1/posts/withdrawn"),
        "path": client.get("/v1/posts", {"path": post["path"]}),
        "id": client.get("/v1/posts", {"id": post["id"]}),
    }

    taken_over = how == "shadowed"
    assert asked["id"].problem == "gone"
    assert [asked[name].status for name in ("slug", "path")] == [200 if taken_over else 410] * 2
    for name, got in battery(client):
        assert SECRET.encode() not in got.body, name
        assert b"Hidden Author" not in got.body, name
        assert b"/tags/hidden/" not in got.body, name


def withdraw(world: World, how: str, fields: dict[str, str]) -> None:
    if how == "deleted":
        world.delete("posts/withdrawn.md")
    elif how == "shadowed":
        world.upload("posts/a-winner.md", markdown("Winner", "2010-03-05", slug="withdrawn"))
    else:
        more = {"draft": {"draft": "true"}, "expired": {"expires": "2010-12-01"}, "scheduled": {}}[how]
        date = "2030-01-01" if how == "scheduled" else "2010-03-05"
        world.upload("posts/withdrawn.md", markdown(SECRET, date, text=SECRET, **fields, **more))
    world.settle()


def test_an_invalid_upload_leaves_the_last_good_version_and_nothing_of_the_bad_one() -> None:
    world = World()
    world.upload("site.yaml", SITE_YAML)
    world.upload("posts/a.md", markdown("Good", "2010-03-05", slug="good"))
    world.settle()
    world.upload("posts/a.md", markdown(SECRET, "2010-02-30", text=SECRET, slug="good"))
    world.settle()

    client = client_of(world)

    assert client.get("/v1/posts/good").json["title"] == "Good"
    assert not [asked for asked, got in battery(client) if SECRET.encode() in got.body]


def test_what_the_sample_site_hides_stays_hidden() -> None:
    client = client_of(sample_world())

    for asked, got in battery(client, ("hidden:three", "hidden:five")):
        assert HIDDEN.encode() not in got.body, asked
    assert client.get("/v1/posts/p4").problem == "gone"
    assert client.get("/v1/posts/p2").headers["location"] == "/v1/posts/renamed"
    assert client.get("/v1/posts", {"path": "/hidden-alias/"}).problem == "no-such-post"
