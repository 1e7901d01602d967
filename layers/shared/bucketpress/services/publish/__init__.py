"""Publish: a changed source becomes the index's new state."""
