"""One post taken down everywhere at once: nothing of it is left that readers or programs could get."""

import json
from typing import Any

import pytest

from bucketpress.api.routes import ROUTES, SEARCH
from bucketpress.site.layout import SEARCH_PAGE
from tests.integration.conftest import Cloud
from tests.support.aws import SITE_BUCKET
from tests.support.events import EVENTS
from tests.support.pictures import png
from tests.support.world import SITE_YAML, markdown

KEY, PICTURE, ATTACHMENT = "posts/trip/index.md", "posts/trip/p.png", "posts/trip/map.txt"
MARK = "zzsecret"
PIXELS = png(7, 3)


def post(**front_matter: str) -> bytes:
    text = f"{MARK} ![{MARK}](p.png) [the map](map.txt)"
    return markdown(
        f"{MARK} title",
        "2010-03-05",
        text,
        slug="trip",
        tags=f"[{MARK}-tag, common]",
        author=f"{MARK} author",
        description=f"{MARK} description",
        **front_matter,
    )


@pytest.fixture
def published(cloud: Cloud) -> Cloud:
    """A post with a picture and an attachment, between two others that link to it."""
    cloud.upload("site.yaml", SITE_YAML)
    cloud.upload("posts/before.md", markdown("Before", "2010-03-04", "[next](trip/index.md)", tags="[common]"))
    cloud.upload("posts/after.md", markdown("After", "2010-03-06", tags="[common]"))
    cloud.upload(KEY, post())
    cloud.upload(PICTURE, PIXELS)
    cloud.upload(ATTACHMENT, MARK.encode())
    cloud.settle()
    return cloud


def showing(cloud: Cloud) -> set[str]:
    """Return the objects of the site bucket that hold anything of the post, in their bytes or their headers."""
    found = set()
    for key, data in cloud.site().items():
        head = cloud.s3.head_object(Bucket=SITE_BUCKET, Key=key)
        headers = json.dumps([head["Metadata"], head.get("WebsiteRedirectLocation", ""), head["ContentType"]])
        if data == PIXELS or MARK.encode() in data.lower() or MARK in headers.lower():
            found.add(key)
    return found


def answered(cloud: Cloud) -> dict[str, str]:
    """Return what the API answers at every route, by its path."""
    event: dict[str, Any] = json.loads((EVENTS / "listing-api-posts.json").read_text())
    del event["headers"]["accept-encoding"]
    answers = {}
    for route in ROUTES:
        path = route.path.replace("<slug>", "trip")
        event["rawPath"] = event["requestContext"]["http"]["path"] = path
        event["rawQueryString"] = ""
        answers[path] = cloud.invoke("listing_api", event).get("body", "")
    # Search keeps what it has read from one query to the next.
    for path in (SEARCH.path, f"/{SEARCH_PAGE.removesuffix('index.html')}"):
        event["rawPath"] = event["requestContext"]["http"]["path"] = path
        event["rawQueryString"] = f"q={MARK}"
        answers[path] = cloud.invoke("search", event)["body"]
    return answers


def withdraw(cloud: Cloud, how: str) -> None:
    if how == "draft":
        cloud.upload(KEY, post(draft="true"))
    else:
        for key in (KEY, PICTURE, ATTACHMENT):
            cloud.delete(key)
    cloud.settle()


def test_before_it_is_withdrawn_it_is_everywhere(published: Cloud) -> None:
    shown = showing(published)

    assert {"index.html", "feed.xml", "atom.xml", "feed.json", "2010/03/index.html"} <= shown
    assert {"2010/03/trip/index.html", "2010/03/trip/index.md", "2010/03/before/index.html"} <= shown
    assert any(key.endswith("p.png") for key in shown)
    assert [path for path, body in answered(published).items() if "trip/" in body and "search" in path] == [
        "/v1/search",
        "/search/",
    ]


@pytest.mark.parametrize("how", ["draft", "delete"])
def test_once_it_is_withdrawn_nothing_of_it_is_left(published: Cloud, how: str) -> None:
    once = showing(published)
    # Asked before, so that what the API and search remember is of no use to anybody either.
    before = answered(published)

    withdraw(published, how)

    left = {key for key in showing(published) if MARK not in key}
    assert left == set()
    live, others = published.answers()
    gone = {key for key in once if key not in live}
    assert {"2010/03/trip/index.html", "2010/03/trip/index.md"} <= gone
    assert {others[key] for key in gone} == {410}
    assert [path for path, body in before.items() if f"{MARK} " in body.lower()] != []
    after = answered(published)
    assert [path for path, body in after.items() if f"{MARK} " in body.lower() or f"{MARK}</mark> " in body] == []
    assert [path for path, body in after.items() if "trip/" in body and "search" in path] == []


@pytest.mark.parametrize("how", ["draft", "delete"])
def test_a_tag_and_an_author_of_that_post_alone_say_only_that_they_are_gone(published: Cloud, how: str) -> None:
    withdraw(published, how)

    for key in showing(published):
        head = published.s3.head_object(Bucket=SITE_BUCKET, Key=key)
        assert head["Metadata"]["status"] == "410", key
        assert f"{MARK} " not in published.site()[key].decode()
