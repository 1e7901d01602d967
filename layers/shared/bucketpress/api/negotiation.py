"""Content negotiation, conditional requests and compression (RFC 9110)."""

import gzip
import hashlib
from collections.abc import Mapping, Sequence

from bucketpress.api.problems import NOT_ACCEPTABLE, ProblemError

WORTH_COMPRESSING_BYTES = 1000


def preferred_media_type(accept: str | None, offers: Sequence[str]) -> str:
    """Return the offer with the highest weight in an `Accept` header, the first of several with the same.

    Raises ProblemError when the header accepts none.
    """
    ranges = _weights(accept) if accept and accept.strip() else {"*/*": 1.0}
    weighted = [(_weight_of(offer, ranges), -number, offer) for number, offer in enumerate(offers)]
    weight, _, best = max(weighted)
    if weight <= 0:
        types = [_without_parameters(offer) for offer in offers]
        raise ProblemError(NOT_ACCEPTABLE, f"This address answers with {' or '.join(types)}.")
    return best


def etag_of(*parts: str) -> str:
    """Return a weak ETag: the compressed and the plain body of one state share it."""
    return f'W/"{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"'


def is_known(etag: str, if_none_match: str | None) -> bool:
    """Return whether `If-None-Match` names an ETag, compared weakly (RFC 9110, section 13.1.2)."""
    if not if_none_match:
        return False
    known = {each.strip().removeprefix("W/") for each in if_none_match.split(",")}
    return "*" in known or etag.removeprefix("W/") in known


def compressed(body: bytes, accept_encoding: str | None) -> bytes | None:
    """Return the body compressed with gzip, None where the client does not accept that or the body is short."""
    if len(body) < WORTH_COMPRESSING_BYTES or not accept_encoding:
        return None
    weights = _weights(accept_encoding)
    wanted = weights.get("gzip", weights.get("*", 0.0)) > 0
    return gzip.compress(body, 6, mtime=0) if wanted else None


def _weight_of(offer: str, ranges: Mapping[str, float]) -> float:
    """Return the weight of the most specific range that an offer falls into."""
    media_type = _without_parameters(offer)
    kind = media_type.partition("/")[0]
    return next((ranges[name] for name in (media_type, f"{kind}/*", "*/*") if name in ranges), 0.0)


def _without_parameters(media_type: str) -> str:
    return media_type.partition(";")[0]


def _weights(header: str) -> dict[str, float]:
    """Read a list of names with weights such as `gzip, br;q=0.5`; what cannot be read has weight 0."""
    weights: dict[str, float] = {}
    for member in header.split(","):
        name, *parameters = (part.strip().lower() for part in member.split(";"))
        if name:
            weights[name] = next((_weight(part[2:]) for part in parameters if part.startswith("q=")), 1.0)
    return weights


def _weight(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0
