"""The index over HTTP, read only."""

from bucketpress.handlers.listing_api_handler import lambda_handler

__all__ = ["lambda_handler"]
