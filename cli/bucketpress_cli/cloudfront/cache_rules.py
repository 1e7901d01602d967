"""How long CloudFront keeps an answer, by the rules it documents.

"Manage how long content stays in the cache", "Control how long CloudFront caches errors" and "How CloudFront processes
HTTP 4xx and 5xx status codes from your origin" in the CloudFront developer guide. Where these leave something open, the
rule here is the one that keeps longer.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

DEFAULT_ERROR_SECONDS = 10
# Of these errors the origin may say that they are not to be kept. Of all others it may only say "longer".
ORIGIN_DECIDES = frozenset({404, 410, 414, 501})
# These are kept only when the origin gives a time. 403 is another such, but has an error page here.
KEPT_ON_REQUEST = frozenset({400, 405, 406, 409, 412, 415, 422, 429})
NOT_KEPT = ("no-store", "no-cache", "private")
FOR_EVER = float("inf")
_SECONDS = re.compile("[0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class CachePolicy:
    """What a cache behaviour of the distribution says: its cache policy, and the times of its errors by status."""

    min_seconds: int = 0
    default_seconds: int
    max_seconds: int
    headers: tuple[str, ...] = ()
    has_query: bool = False
    error_seconds: Mapping[int, int] = field(default_factory=dict)


def directives_of(cache_control: str) -> dict[str, float]:
    """Read a Cache-Control header; a directive without a number, or with one that cannot be read, has 0."""
    found: dict[str, float] = {}
    for part in cache_control.lower().split(","):
        name, _, value = part.strip().partition("=")
        found[name] = float(value) if _SECONDS.fullmatch(value) else 0.0
    return found


def seconds_kept(status: int, cache_control: str, policy: CachePolicy) -> float:
    """Return how long CloudFront serves an answer without asking the origin."""
    directives = directives_of(cache_control)
    stated = directives.get("s-maxage", directives.get("max-age"))
    refused = any(name in directives for name in NOT_KEPT)
    if status >= HTTPStatus.BAD_REQUEST:
        if (refused and status in ORIGIN_DECIDES) or (stated is None and status in KEPT_ON_REQUEST):
            return 0.0
        least = policy.error_seconds.get(status, DEFAULT_ERROR_SECONDS)
        return max(least, min(stated or 0.0, policy.max_seconds))
    if refused:
        return policy.min_seconds
    if stated is None:
        return max(policy.min_seconds, policy.default_seconds)
    return max(policy.min_seconds, min(stated, policy.max_seconds))


def seconds_behind_a_revalidation(cache_control: str) -> float:
    """Return how long after its time an answer is shown while a newer one is fetched behind it."""
    return directives_of(cache_control).get("stale-while-revalidate", 0.0)


def seconds_instead_of_an_error(cache_control: str) -> float:
    """Return how long after its time an answer is shown instead of an error: without end where the origin is silent."""
    return directives_of(cache_control).get("stale-if-error", FOR_EVER)
