"""Hexo: the tags it shares with Octopress, and its comment that ends a summary, which Markdown knows already."""

from bucketpress.content.dialects.jekyll import rewrite

__all__ = ["rewrite"]
