"""What authors write: source keys, front matter, Markdown and site settings. Pure: no I/O, no clock."""
