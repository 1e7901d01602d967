"""What `bucketpress purge` asks of the local cloud's CloudFront, done by the edge that stands in for it."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

LOOK_SECONDS = 0.5


class InvalidationWatch:
    """Purges the edge of every invalidation that appears, until it is stopped."""

    def __init__(self, client: Any, distribution: str, purge: Callable[[Sequence[str]], None]) -> None:
        self._client, self._distribution, self._purge = client, distribution, purge
        self._done: set[str] = set()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="invalidations", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()
        self._thread.join()

    def look(self) -> None:
        """Purge what has been asked for since the last look."""
        listed = self._client.list_invalidations(DistributionId=self._distribution)["InvalidationList"]
        for each in listed.get("Items", []):
            if each["Id"] not in self._done:
                made = self._client.get_invalidation(DistributionId=self._distribution, Id=each["Id"])
                self._purge(made["Invalidation"]["InvalidationBatch"]["Paths"]["Items"])
                self._done.add(each["Id"])

    def _watch(self) -> None:
        while not self._stopped.wait(LOOK_SECONDS):
            try:
                self.look()
            except (BotoCoreError, ClientError):
                continue  # the cloud is busy, or ends: the next look sees the same
