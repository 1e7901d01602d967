"""Where writing begins: a folder that builds at once, and new posts and pages in it."""
