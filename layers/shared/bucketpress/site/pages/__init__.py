"""Pages: what templates are given, and the templates rendered."""
