"""A local AWS with the real template deployed: `make demo`, and LocalCloud for tests."""

from tools.local_cloud.cloud_error import CloudError
from tools.local_cloud.command import app
from tools.local_cloud.local_cloud import LocalCloud

__all__ = ["CloudError", "LocalCloud", "app"]
