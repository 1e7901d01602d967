"""Benchmarks that tell what time is spent on, and compare with nothing."""
