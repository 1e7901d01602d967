"""Questions that only read the index: listings, one post, the change feed, the status."""
