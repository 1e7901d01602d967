"""A picture's whole life: the text is live first, its smaller versions follow, and go with its post."""

import io
import re
import time

import pytest
from PIL import Image

from tests.e2e.visits import get, remove, upload
from tests.support.photographs import SECRET, encoded, exif, pixels
from tests.support.world import markdown
from tools.local_cloud import LocalCloud

pytestmark = pytest.mark.e2e

PAGE = "/2010/04/pictured/"
POST = "posts/pictured/index.md"
PICTURE = "posts/pictured/p.jpg"
# A tick of the clock starts the encoding; the local cloud's scheduler looks every ten seconds.
SECONDS = 100


def srcset_of(html: str) -> dict[str, str]:
    """Return the candidates that a page offers for its picture: their widths and addresses."""
    found = re.search(r'<img[^>]* srcset="([^"]*)"', html)
    return {width: url for url, width in (each.split(" ") for each in found[1].split(", "))} if found else {}


def test_the_text_comes_first_smaller_versions_follow_and_go_with_their_post(cloud: LocalCloud) -> None:
    upload(cloud, PICTURE, encoded("JPEG", pixels(1400, 700), exif=exif()))
    upload(cloud, POST, markdown("Pictured", "2010-04-01", "![A bridge](p.jpg)", image="p.jpg"))

    first = get(cloud, PAGE)
    cloud.wait_for_pictures(timeout_seconds=SECONDS)
    time.sleep(0.1)  # the edge keeps a page so long here
    offered = srcset_of(get(cloud, PAGE).text)
    cover = re.search(r'<meta property="og:image" content="([^"]+)"', get(cloud, PAGE).text)

    assert first.status == 200
    assert srcset_of(first.text) == {}
    assert list(offered) == ["480w", "960w", "1400w"]
    for width, url in offered.items():
        answer = get(cloud, url)
        assert (answer.status, answer.headers["content-type"]) == (200, "image/webp")
        assert f"{Image.open(io.BytesIO(answer.body)).width}w" == width
        assert SECRET not in answer.body
    assert cover
    shared = get(cloud, cover[1].removeprefix(cloud.site_url))
    assert Image.open(io.BytesIO(shared.body)).size == (1200, 630)

    remove(cloud, POST)
    cloud.wait_for_pictures(timeout_seconds=SECONDS)
    time.sleep(0.1)

    gone = [get(cloud, url).status for url in (*offered.values(), cover[1].removeprefix(cloud.site_url), PAGE)]
    assert gone == [410] * 5
    assert cloud.dead_letters() == 0
