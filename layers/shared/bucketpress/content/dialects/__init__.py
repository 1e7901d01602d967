"""The template syntax of other generators in Markdown, rewritten as Markdown: one module a generator."""
