"""Markdown to the sanitised HTML of a page's body."""
