"""Moments as exports write them."""

from datetime import UTC, datetime


def moment(text: str) -> datetime | None:
    """Return an aware moment written as ISO 8601, UTC where it has no offset; None where it is none."""
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
