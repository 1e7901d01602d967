"""Search: what readers and programs look for, found in the search objects of the site."""

from bucketpress.handlers.search_handler import lambda_handler

__all__ = ["lambda_handler"]
