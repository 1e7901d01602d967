"""What readers get: sections, pages, feeds, sitemaps and the theme. Pure: no I/O but the theme's own files, no clock."""
