"""Moments as exports write them."""

import re
from datetime import UTC, datetime

# Of 1970 and later: what is shorter could be a year.
_MILLISECONDS = re.compile("[0-9]{9,14}")


def moment(text: str) -> datetime | None:
    """Return an aware moment written as ISO 8601, UTC where it has no offset, or as milliseconds; None for none."""
    if _MILLISECONDS.fullmatch(text):
        return datetime.fromtimestamp(int(text) / 1000, UTC)
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
