"""Who has a path, decided from the claims on it."""

import pytest

from bucketpress.records.claim import Claim, Standing
from bucketpress.services.publish.path_conflicts import contradictions

P, S, F = Standing.PUBLISHED, Standing.SHADOWED, Standing.FORMER


@pytest.mark.parametrize(
    ("standings", "wrong"),
    [
        ([], set()),
        ([P], set()),
        ([S], {"a"}),
        ([F], set()),
        ([P, S], set()),
        ([P, S, S], set()),
        ([S, P], {"a", "b"}),
        ([P, P], {"b"}),
        ([S, S], {"a"}),
        ([F, S], {"b"}),
        ([F, P, F, S], set()),
        ([P, F, P], {"c"}),
    ],
)
def test_the_smallest_key_has_the_path_and_all_others_wait(standings: list[Standing], wrong: set[str]) -> None:
    claims = [Claim(path="/x/", key=key, standing=standing) for key, standing in zip("abcd", standings, strict=False)]

    assert contradictions(claims) == wrong
