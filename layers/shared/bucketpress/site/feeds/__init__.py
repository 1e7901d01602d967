"""Feeds: one description of a listing's newest posts, and a writer for each format."""
