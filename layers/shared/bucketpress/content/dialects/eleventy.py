"""Eleventy: Nunjucks' and Liquid's tags and values, which posts use alike."""

from bucketpress.content.dialects.jekyll import rewrite

__all__ = ["rewrite"]
