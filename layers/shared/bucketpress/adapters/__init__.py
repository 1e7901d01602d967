"""Ports over AWS, a folder or memory."""
