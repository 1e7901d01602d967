"""A picture's whole life: the text is live first, its smaller versions follow, and go with its post."""

import io
import re
import time
from urllib.parse import urlsplit

import pytest
from PIL import Image

from tests.e2e.visits import get, upload
from tests.support.photographs import SECRET, encoded, exif, pixels
from tests.support.world import markdown
from tools.local_cloud import LocalCloud

pytestmark = pytest.mark.e2e

PAGE = "/2010/04/pictured/"
POST = "posts/pictured/index.md"
PICTURE = "posts/pictured/p.jpg"
VERSIONS = "_bucketpress/variants/_bucketpress/media/posts/pictured/"
# A tick of the clock starts the encoding; the local cloud's scheduler looks every ten seconds.
SECONDS = 150


def srcset_of(html: str) -> dict[str, str]:
    """Return the candidates that a page offers for its picture: their widths and addresses."""
    found = re.search(r'<img[^>]* srcset="([^"]*)"', html)
    return {width: url for url, width in (each.split(" ") for each in found[1].split(", "))} if found else {}


def cover_of(html: str) -> str:
    """Return the path of the picture that other sites are shown; its address names the site as its settings do."""
    found = re.search(r'<meta property="og:image" content="([^"]+)"', html)
    return urlsplit(found[1]).path if found else ""


def put(cloud: LocalCloud, key: str, data: bytes) -> None:
    cloud.client("s3").put_object(Bucket=cloud.outputs["ContentBucketName"], Key=key, Body=data)


def is_encoded(cloud: LocalCloud) -> bool:
    """Return whether any version of the picture is there."""
    found = cloud.client("s3").list_objects_v2(Bucket=cloud.outputs["SiteBucketName"], Prefix=VERSIONS)
    return bool(found["KeyCount"])


def test_the_text_comes_first_smaller_versions_follow_and_go_with_their_post(cloud: LocalCloud) -> None:
    put(cloud, POST, markdown("Pictured", "2010-04-01", "![A bridge](p.jpg)", image="p.jpg"))
    put(cloud, PICTURE, encoded("JPEG", pixels(1400, 700), exif=exif()))

    seen = []
    deadline = time.monotonic() + SECONDS
    while not (offered := srcset_of(get(cloud, PAGE).text)) and time.monotonic() < deadline:
        seen.append((is_encoded(cloud), get(cloud, PAGE).status))
        time.sleep(0.5)
    cover = cover_of(get(cloud, PAGE).text)

    assert (False, 200) in seen
    assert (True, 404) not in seen
    assert list(offered) == ["480w", "960w", "1400w"]
    for width, url in offered.items():
        answer = get(cloud, url)
        assert (answer.status, answer.headers["content-type"]) == (200, "image/webp")
        assert f"{Image.open(io.BytesIO(answer.body)).width}w" == width
        assert SECRET not in answer.body
    assert Image.open(io.BytesIO(get(cloud, cover).body)).size == (1200, 630)

    upload(cloud, POST, markdown("Pictured", "2010-04-01", draft="true"))
    cloud.wait_for_pictures(timeout_seconds=SECONDS)
    time.sleep(0.1)  # the edge keeps an answer so long here

    gone = [get(cloud, url).status for url in (*offered.values(), cover, PAGE)]
    assert gone == [410] * 5
    assert cloud.dead_letters() == 0
