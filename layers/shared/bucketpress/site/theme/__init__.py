"""The theme: the built-in templates and stylesheet, and those of a folder that takes their place."""
