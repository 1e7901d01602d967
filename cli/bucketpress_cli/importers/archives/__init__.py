"""Exports that are one file or archive: Ghost, Substack, Medium, Blogger, Tumblr."""
