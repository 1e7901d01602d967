"""The settings an author writes in `site.yaml`."""
