"""Refresh: a touched section becomes artifacts."""
