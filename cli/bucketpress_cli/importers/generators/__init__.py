"""Folders of site generators, whose Markdown stays as it is: what is a post, a page, a file, and what settings say."""
