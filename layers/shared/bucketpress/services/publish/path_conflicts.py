"""Who has a path: decided by content alone, never by arrival."""

from collections.abc import Iterable

from bucketpress.records.claim import Claim, Standing


def contradictions(claims: Iterable[Claim]) -> set[str]:
    """Name the claimants of one path, smallest key first, whose state contradicts the rule.

    The smallest key has the path, every other source that would be published there waits.
    """
    waiting = [claim for claim in claims if claim.standing is not Standing.FORMER]
    ruled = [Standing.PUBLISHED, *[Standing.SHADOWED] * len(waiting)]
    return {claim.key for claim, standing in zip(waiting, ruled, strict=False) if claim.standing is not standing}
