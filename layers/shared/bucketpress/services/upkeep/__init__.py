"""Upkeep: time and repair. It only enqueues."""
