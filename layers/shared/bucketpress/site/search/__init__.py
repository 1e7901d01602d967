"""Search: the words of a text, segments of an index, queries and their ranking."""
