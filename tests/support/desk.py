"""People at a desk: a versioned bucket behind HTTP, and folders that are pushed to it and pulled from it."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from typer.testing import CliRunner, Result

from bucketpress import bootstrap
from bucketpress_cli.main import app
from tests.support.aws import CREDENTIALS
from tests.support.object_server import environment
from tests.support.world import SITE_YAML, markdown

FILES = {
    "site.yaml": SITE_YAML,
    "posts/a.md": markdown("A", text="![x](pic.png)"),
    "posts/pic.png": b"not much of a picture",
    "posts/later.md": markdown("Later", "2090-01-01"),
    "pages/about.md": b"# About\n",
    "drafts/idea.md": b"# Idea\n",
    "static/humans.txt": b"Jane",
}


@dataclass
class Desk:
    """A versioned bucket, and people who push folders to it."""

    s3: Any
    bucket: str
    address: str

    def run(self, command: str, folder: Path, *options: str) -> Result:
        bootstrap.forget()
        arguments = [command, str(folder), "--bucket", self.bucket, *options]
        return CliRunner().invoke(app, arguments, env=environment(self.address))

    def push(self, folder: Path, *options: str) -> Result:
        return self.run("push", folder, *options)

    def objects(self) -> dict[str, bytes]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
        keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
        return {key: self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read() for key in keys}

    def writes(self) -> int:
        """Count everything that was ever written or deleted."""
        pages = self.s3.get_paginator("list_object_versions").paginate(Bucket=self.bucket)
        return sum(len(page.get("Versions", [])) + len(page.get("DeleteMarkers", [])) for page in pages)


def make_desk(server: str, name: str) -> Desk:
    """Return a desk with an empty versioned bucket of its own."""
    s3 = boto3.client("s3", endpoint_url=server, **CREDENTIALS)
    bucket = "b" + hashlib.md5(name.encode()).hexdigest()
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return Desk(s3, bucket, server)


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder
