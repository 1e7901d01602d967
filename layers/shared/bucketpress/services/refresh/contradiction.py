"""What stops an attempt to render a section that others are changing meanwhile."""

from bucketpress.errors import BucketpressError


class ContradictionError(BucketpressError):
    """Two reads contradict each other, because something was committed in between: start again."""
