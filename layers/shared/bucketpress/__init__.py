"""Bucketpress: Markdown in a bucket becomes a site, its feeds and an HTTP API."""

__version__ = "0.1.0"
