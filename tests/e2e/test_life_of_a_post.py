"""A post's whole life, lived with a stock S3 client and watched over HTTP."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser
import pytest

from tests.e2e.visits import get, remove, upload
from tools.local_cloud import LocalCloud

pytestmark = pytest.mark.e2e

KEY = "posts/life.md"
FIRST, SECOND = "/2011/03/life/", "/2011/03/another-life/"
TICK_SECONDS = 60
SLACK_SECONDS = 40  # the local cloud's scheduler looks every ten seconds, and a busy machine is slow
LEAD_SECONDS = 25


def post(title: str = "A life", date: str = "2011-03-01", **front_matter: str) -> bytes:
    lines = [f"title: {title}", f"date: {date}", *(f"{name}: {value}" for name, value in front_matter.items())]
    return "\n".join(["---", *lines, "---", "It goes on.", ""]).encode()


@pytest.fixture
def coming(cloud: LocalCloud) -> Iterator[datetime]:
    """Upload, before anything else, a post about to come due and one about to expire; give the moment of both."""
    moment = datetime.now(UTC) + timedelta(seconds=LEAD_SECONDS)
    upload(cloud, "posts/soon.md", post("Not yet", f"{moment:%Y-%m-%dT%H:%M:%SZ}", url="/soon/"))
    upload(cloud, "posts/passing.md", post("Still there", expires=f"{moment:%Y-%m-%dT%H:%M:%SZ}"))
    yield moment
    for key in ("posts/soon.md", "posts/passing.md", KEY):
        remove(cloud, key)


def test_a_life_of_a_post_leaves_no_address_dead_and_no_id_changed(cloud: LocalCloud, coming: datetime) -> None:
    if datetime.now(UTC) < coming:
        assert (get(cloud, "/soon/").status, get(cloud, "/2011/03/passing/").status) == (404, 200)

    upload(cloud, KEY, post())
    born = ids(cloud)
    upload(cloud, KEY, post("A changed life"))
    assert "A changed life" in get(cloud, FIRST).text
    upload(cloud, KEY, post("A changed life", slug="another-life"))
    assert walk(cloud, FIRST) == ([SECOND], 200)
    assert ids(cloud) == born
    upload(cloud, KEY, post("A changed life"))
    assert walk(cloud, SECOND) == ([FIRST], 200)
    assert walk(cloud, FIRST) == ([], 200)
    assert ids(cloud) == born

    remove(cloud, KEY)
    assert [walk(cloud, path) for path in (FIRST, SECOND)] == [([], 410), ([], 410)]
    assert (len(born), ids(cloud)) == (1, set())

    delete_newest_version(cloud, KEY)  # the delete marker
    assert "A changed life" in get(cloud, FIRST).text
    assert walk(cloud, SECOND) == ([FIRST], 200)
    assert ids(cloud) == born
    delete_newest_version(cloud, KEY)  # the renaming back
    assert walk(cloud, FIRST) == ([SECOND], 200)
    assert ids(cloud) == born

    late = wait_for(cloud, "/soon/", 200) - coming
    assert timedelta(0) <= late <= timedelta(seconds=TICK_SECONDS + SLACK_SECONDS)
    assert wait_for(cloud, "/2011/03/passing/", 410) - coming <= timedelta(seconds=TICK_SECONDS + SLACK_SECONDS)
    cloud.wait_until_quiet()  # a page is there before what leads to it
    assert "Not yet" in get(cloud, "/feed.xml").text
    assert "Still there" not in get(cloud, "/2011/03/").text


def test_an_invalid_new_version_leaves_the_last_good_one_live(cloud: LocalCloud) -> None:
    """With roles enforced: publish may list and read the versions of a source."""
    upload(cloud, KEY, post("Good"))
    before = get(cloud, FIRST)

    upload(cloud, KEY, b"---\ntitle: Bad\ndate: 2011-02-30\n---\n")
    upload(cloud, KEY, b"---\ntitle: [\n---\n")

    after = get(cloud, FIRST)
    assert (before.status, after.status) == (200, 200)
    assert after.text == before.text
    remove(cloud, KEY)
    assert get(cloud, FIRST).status == 410


def ids(cloud: LocalCloud) -> set[str]:
    """Give the id of this test's post, which all three feeds agree on; none when it is in none."""
    rss, atom = (feedparser.parse(get(cloud, path).text) for path in ("/feed.xml", "/atom.xml"))
    items = json.loads(get(cloud, "/feed.json").text)["items"]
    assert [each.id for each in rss.entries] == [each.id for each in atom.entries] == [each["id"] for each in items]
    return {each["id"] for each in items if each["title"].endswith(" life")}


def walk(cloud: LocalCloud, path: str) -> tuple[list[str], int]:
    """Follow redirects as a reader does; give where they led and how it ended."""
    steps: list[str] = []
    while (page := get(cloud, path)).status == 301:
        path = page.headers["location"]
        steps.append(path)
        assert len(steps) < 5, "the redirects never end"
    return steps, page.status


def wait_for(cloud: LocalCloud, path: str, status: int) -> datetime:
    """Wait until a path answers so; give the time it first did."""
    deadline = time.monotonic() + LEAD_SECONDS + TICK_SECONDS + SLACK_SECONDS
    while get(cloud, path).status != status:
        assert time.monotonic() < deadline, f"{path} does not answer {status}: {cloud.function_logs()}"
        time.sleep(0.5)
    return datetime.now(UTC)


def delete_newest_version(cloud: LocalCloud, key: str) -> None:
    s3, bucket = cloud.client("s3"), cloud.outputs["ContentBucketName"]
    found: Any = s3.list_object_versions(Bucket=bucket, Prefix=key)
    (latest,) = (each for each in found.get("Versions", []) + found.get("DeleteMarkers", []) if each["IsLatest"])
    s3.delete_object(Bucket=bucket, Key=key, VersionId=latest["VersionId"])
    cloud.wait_until_quiet()
