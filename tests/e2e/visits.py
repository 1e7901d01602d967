"""What authors and readers do with a running local cloud."""

import gzip
import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

from tools.local_cloud import LocalCloud
from tools.local_cloud.deployment import physical_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a reader got."""

    status: int
    headers: Message
    text: str
    body: bytes


class KeepRedirects(urllib.request.HTTPRedirectHandler):
    """Gives a redirect back instead of following it."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


OPEN: Callable[..., Any] = urllib.request.build_opener(KeepRedirects).open


def get(cloud: LocalCloud, path: str, headers: dict[str, str] | None = None, method: str = "GET") -> Page:
    request = urllib.request.Request(cloud.site_url + path, headers=headers or {}, method=method)
    try:
        with OPEN(request, timeout=30) as answer:
            return page_of(answer.status, answer)
    except urllib.error.HTTPError as error:
        with error:
            return page_of(error.code, error)


def page_of(status: int, answer: Any) -> Page:
    data = answer.read()
    if answer.headers["content-encoding"] == "gzip" and data:
        data = gzip.decompress(data)
    return Page(status=status, headers=answer.headers, text=data.decode(errors="replace"), body=data)


def api(cloud: LocalCloud, path: str) -> dict[str, Any]:
    page = get(cloud, path)
    assert page.status == 200, f"{path}: {page.status} {page.text[:500]}"
    found: dict[str, Any] = json.loads(page.text)
    return found


def upload(cloud: LocalCloud, key: str, data: bytes) -> None:
    cloud.client("s3").put_object(Bucket=cloud.outputs["ContentBucketName"], Key=key, Body=data)
    cloud.wait_until_quiet()


def remove(cloud: LocalCloud, key: str) -> None:
    cloud.client("s3").delete_object(Bucket=cloud.outputs["ContentBucketName"], Key=key)
    cloud.wait_until_quiet()


def clock(cloud: LocalCloud) -> Callable[[], None]:
    """Give what makes the clock tick at once: by itself it does so once a minute."""
    upkeep = physical_id(cloud.client("cloudformation"), "UpkeepFunction")
    functions = cloud.client("lambda")

    def tick() -> None:
        functions.invoke(FunctionName=upkeep, Payload=b"{}")

    return tick


def listing(cloud: LocalCloud, bucket: str) -> dict[str, tuple[str, Any]]:
    pages = cloud.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return {each["Key"]: (each["ETag"], each["LastModified"]) for page in pages for each in page.get("Contents", [])}


def download(cloud: LocalCloud, bucket: str) -> dict[str, bytes]:
    s3 = cloud.client("s3")
    return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in listing(cloud, bucket)}


def build(cloud: LocalCloud, folder: Path) -> dict[str, bytes]:
    """Give what `bucketpress build` makes of the content bucket, downloaded to a folder."""
    for key, data in download(cloud, cloud.outputs["ContentBucketName"]).items():
        (folder / "content" / key).parent.mkdir(parents=True, exist_ok=True)
        (folder / "content" / key).write_bytes(data)
    command = [str(Path(sys.executable).with_name("bucketpress")), "build", "content", "out", "--url", cloud.site_url]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    out = folder / "out"
    return {file.relative_to(out).as_posix(): file.read_bytes() for file in out.rglob("*") if file.is_file()}


def differences(cloud: LocalCloud, built: dict[str, bytes]) -> list[str]:
    """Name what a build has and the site bucket has otherwise or not at all, and what answers 200 and was not built.

    Redirects and tombstones of the site's own history are not among them: a clean build has none.
    """
    s3, bucket = cloud.client("s3"), cloud.outputs["SiteBucketName"]
    found = {key: s3.get_object(Bucket=bucket, Key=key) for key in listing(cloud, bucket)}
    site = {key: each["Body"].read() for key, each in found.items()}
    live = {
        key for key, each in found.items() if "WebsiteRedirectLocation" not in each and "status" not in each["Metadata"]
    }
    return sorted(key for key in live | built.keys() if site.get(key) != built.get(key))
