"""What readers get: sections, pages, feeds, sitemaps, the theme. Pure: no clock, no I/O but the theme's own files."""
