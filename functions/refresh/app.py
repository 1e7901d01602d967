"""Refreshes the sections named on PageQueue: brings the site bucket up to date with the index."""

from bucketpress.handlers.refresh_handler import lambda_handler

__all__ = ["lambda_handler"]
