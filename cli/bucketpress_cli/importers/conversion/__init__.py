"""HTML to Markdown, each block proven by rendering it again."""
