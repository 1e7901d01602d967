"""The languages of front matter, each read as one tree, and the lines around it: no key means anything yet."""
