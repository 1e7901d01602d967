"""Makes the smaller versions of the pictures named on VariantQueue; upkeep starts it when some wait."""

from bucketpress.handlers.variants_handler import lambda_handler

__all__ = ["lambda_handler"]
