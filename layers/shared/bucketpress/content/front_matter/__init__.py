"""The front matter of a Markdown source: its envelope, its keys and what they mean."""
