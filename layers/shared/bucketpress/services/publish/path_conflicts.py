"""Which source has a path: decided by the keys alone, never by the order of arrival."""

from collections.abc import Iterable

from bucketpress.records.claim import Claim, Standing


def contradictions(claims: Iterable[Claim]) -> set[str]:
    """Return the claimants of one path whose state contradicts the rule; claims come with the smallest key first.

    The smallest key has the path, every other source that would be published there waits.
    """
    waiting = [claim for claim in claims if claim.standing is not Standing.FORMER]
    ruled = [Standing.PUBLISHED, *[Standing.SHADOWED] * len(waiting)]
    return {claim.key for claim, standing in zip(waiting, ruled, strict=False) if claim.standing is not standing}
