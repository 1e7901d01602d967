"""A local AWS with the real template deployed: `bucketpress cloud up`, and LocalCloud for tests."""

from bucketpress_cli.cloud.command import app
from bucketpress_cli.cloud.errors import CloudError
from bucketpress_cli.cloud.local_cloud import LocalCloud

__all__ = ["CloudError", "LocalCloud", "app"]
