"""Folders of files: a folder as content or site, what it lists, and encoded pictures kept in one."""
