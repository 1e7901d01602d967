"""The root of every error a caller can act on."""


class BucketpressError(Exception):
    """Something went wrong that has a name."""
