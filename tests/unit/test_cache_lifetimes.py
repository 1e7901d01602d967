"""The table of lifetimes, and what the template repeats of it."""

import re

from bucketpress.cache_lifetimes import (
    BOUND_SECONDS,
    CACHES_IN_A_ROW,
    CHANGING,
    ERROR_SECONDS,
    FIXED,
    IMMUTABLE,
    MISSING,
    NEVER,
    SHARED_SECONDS,
    STALE_ON_ERROR_SECONDS,
)
from tests.support.template import properties


def test_the_lifetimes_of_all_caches_together_stay_within_the_bound() -> None:
    # The 404 page may be as old as any object when it is kept as the answer for a missing one.
    assert CACHES_IN_A_ROW * (SHARED_SECONDS + STALE_ON_ERROR_SECONDS + ERROR_SECONDS) <= BOUND_SECONDS


def test_no_lifetime_shows_the_old_version_first() -> None:
    assert "stale-while-revalidate" not in f"{CHANGING} {MISSING} {IMMUTABLE} {FIXED} {NEVER}"
    assert all("max-age=0, must-revalidate" in lifetime for lifetime in (CHANGING, MISSING))


def test_the_cache_policies_allow_no_more_than_the_table_says() -> None:
    for name in ("SiteCachePolicy", "ApiCachePolicy"):
        policy = properties(name)["CachePolicyConfig"]
        assert (policy["MinTTL"], policy["MaxTTL"]) == (0, SHARED_SECONDS)
        assert policy["DefaultTTL"] <= SHARED_SECONDS


def test_the_distribution_keeps_no_failure_and_remembers_for_a_moment_that_something_is_missing() -> None:
    responses = properties("Distribution")["DistributionConfig"]["CustomErrorResponses"]

    kept = {each["ErrorCode"]: each["ErrorCachingMinTTL"] for each in responses}
    assert kept == {403: ERROR_SECONDS, 404: ERROR_SECONDS} | dict.fromkeys((500, 502, 503, 504), 0)


def test_a_redirect_of_the_address_function_is_kept_as_the_table_says() -> None:
    found = re.findall(r"'cache-control': \{ value: '([^']*)'", properties("AddressFunction")["FunctionCode"])

    assert found == [FIXED]
    assert "cache-control" not in properties("AnswerFunction")["FunctionCode"]
