"""Publishes the sources named on SourceQueue: brings the index up to date with them."""

from bucketpress.handlers.publish_handler import lambda_handler

__all__ = ["lambda_handler"]
