"""Upkeep, once a minute: sends what is due, and repairs."""

from bucketpress.handlers.upkeep_handler import lambda_handler

__all__ = ["lambda_handler"]
