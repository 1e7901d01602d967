"""The API's real handler over the real adapter, on moto."""

import json

import pytest

from tests.integration.conftest import Cloud, get
from tests.support.events import EVENTS
from tests.support.world import SITE_YAML, markdown


def test_head_is_answered_as_get_is(cloud: Cloud) -> None:
    cloud.upload("site.yaml", SITE_YAML)
    cloud.settle()
    event = json.loads((EVENTS / "listing-api-posts.json").read_text())
    event["requestContext"]["http"]["method"] = "HEAD"
    event["rawQueryString"] = ""

    answer = cloud.invoke("listing_api", event)

    assert (answer["statusCode"], answer["body"]) == (200, "")


def test_every_post_of_a_tag_is_paged_through_in_both_orders(cloud: Cloud) -> None:
    cloud.upload("site.yaml", SITE_YAML)
    for day in range(1, 8):
        cloud.upload(f"posts/p{day}.md", markdown(f"P{day}", f"2010-03-0{day}", tags="[x]", author="jane-doe"))
    cloud.upload("posts/other.md", markdown("Other", "2010-04-01"))
    cloud.settle()

    walked = {order: walk(cloud, {"tag": "x", "limit": "3", "order": order}) for order in ("newest", "oldest")}

    assert walked == {order: [f"p{day}" for day in days] for order, days in DAYS.items()}
    assert walk(cloud, {"from": "2010-03-03", "to": "2010-03-05"}) == ["p5", "p4", "p3"]


def test_a_post_is_found_by_every_name_it_has_or_had(cloud: Cloud) -> None:
    cloud.upload("site.yaml", SITE_YAML)
    cloud.upload("posts/a.md", markdown("A", slug="first"))
    cloud.settle()
    cloud.upload("posts/a.md", markdown("A", slug="second"))
    cloud.settle()

    status, post = get(cloud, "/v1/posts/second")

    assert status == 200
    assert get(cloud, "/v1/posts", {"id": post["id"]})[1]["items"][0]["slug"] == "second"
    assert get(cloud, "/v1/posts", {"path": post["path"]})[1]["items"][0]["slug"] == "second"
    for path, query in (("/v1/posts/first", {}), ("/v1/posts", {"path": "/2010/03/first/"})):
        event = json.loads((EVENTS / "listing-api-posts.json").read_text())
        event["rawPath"], event["rawQueryString"] = path, "&".join(f"{name}={value}" for name, value in query.items())
        assert cloud.invoke("listing_api", event)["statusCode"] == 308


def test_directories_the_archive_and_the_changes_are_read_from_the_index(cloud: Cloud) -> None:
    cloud.upload("site.yaml", SITE_YAML)
    for name in "abc":
        cloud.upload(f"posts/{name}.md", markdown(name, tags=f"[x, {name}]", author="jane-doe"))
    cloud.upload("pages/about.md", b"---\ntitle: About\n---\nUs.\n")
    cloud.settle()
    cloud.delete("posts/c.md")
    cloud.settle()

    first = get(cloud, "/v1/tags", {"limit": 2})[1]
    rest = get(cloud, "/v1/tags", {"limit": 2, "cursor": first["next_cursor"]})[1]
    changes = get(cloud, "/v1/changes")[1]

    assert [(tag["slug"], tag["count"]) for tag in first["items"] + rest["items"]] == [("a", 1), ("b", 1), ("x", 2)]
    assert get(cloud, "/v1/authors")[1]["items"][0]["name"] == "Jane Doe"
    assert [(year["year"], year["count"]) for year in get(cloud, "/v1/archive")[1]["years"]] == [(2010, 2)]
    assert [change["change"] for change in changes["items"]] == ["published", "published", "removed"]


DAYS = {"newest": range(7, 0, -1), "oldest": range(1, 8)}


def walk(cloud: Cloud, query: dict[str, str]) -> list[str]:
    slugs: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        status, page = get(cloud, "/v1/posts", {**query, **cursor})
        assert status == 200
        slugs += [item["slug"] for item in page["items"]]
        if page["next_cursor"] is None:
            return slugs
        cursor = {"cursor": page["next_cursor"]}


@pytest.mark.parametrize("sent", [None, "", "a secret", "another secre", "another secret2"])
@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/posts"), ("OPTIONS", "/v1/posts"), ("GET", "/v1/nothing/x")])
def test_who_comes_past_the_distribution_is_turned_away(cloud: Cloud, sent: str | None, method: str, path: str) -> None:
    event = json.loads((EVENTS / "listing-api-posts.json").read_text())
    event["rawPath"] = event["requestContext"]["http"]["path"] = path
    event["requestContext"]["http"]["method"] = method
    del event["headers"]["x-origin-secret"]
    event["headers"] |= {} if sent is None else {"x-origin-secret": sent}

    answer = cloud.invoke("listing_api", event)

    assert answer["statusCode"] == 403
    assert "no-store" in answer["headers"]["Cache-Control"]
