"""The caches of a CloudFront distribution, which can be told to forget."""

from collections.abc import Sequence
from typing import Any


class CloudFrontCaches:
    """EdgeCaches over one distribution."""

    def __init__(self, client: Any, distribution: str) -> None:  # noqa: ANN401 - the type stubs have no CloudFront
        self._client = client
        self._distribution = distribution

    def purge(self, patterns: Sequence[str], *, reference: str) -> str:
        paths = {"Quantity": len(patterns), "Items": list(patterns)}
        answer = self._client.create_invalidation(
            DistributionId=self._distribution, InvalidationBatch={"Paths": paths, "CallerReference": reference}
        )
        return str(answer["Invalidation"]["Id"])

    def is_purged(self, purge: str) -> bool:
        answer = self._client.get_invalidation(DistributionId=self._distribution, Id=purge)
        return str(answer["Invalidation"]["Status"]).lower() == "completed"
