"""The files of a folder on this machine: what is read of it, and what is not and why.

No symbolic link leads out of the folder, each folder is read once, under its own name, and only regular files are.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bucketpress.content.problem import Problem, warning
from bucketpress.content.source_keys import is_source


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderListing:
    """The keys of the files that are read, in order, and what is wrong with each of the others."""

    keys: tuple[str, ...]
    left_out: dict[str, Problem]


def list_folder(folder: Path) -> FolderListing:
    """Return what lies in a folder. Never raises for what it finds there."""
    root = folder.resolve()
    keys: list[str] = []
    left_out: dict[str, Problem] = {}
    for key, problem in _below(root, root):
        if problem is None:
            keys.append(key)
        elif is_source(key):
            left_out[key] = problem
    return FolderListing(keys=tuple(sorted(keys)), left_out=dict(sorted(left_out.items())))


def _below(root: Path, start: Path) -> Iterator[tuple[str, Problem | None]]:
    waiting = [start]
    while waiting:
        directory = waiting.pop()
        try:
            entries = list(os.scandir(directory))
        except OSError as error:
            yield _key(root, directory), _unreadable(error)
            continue
        for entry in entries:
            path = Path(entry.path)
            if entry.is_dir(follow_symlinks=False):
                waiting.append(path)
            else:
                yield _key(root, path), _fault(root, entry)


def _fault(root: Path, entry: os.DirEntry[str]) -> Problem | None:
    """Return why a file, or what a link leads to, is not read; None when it is."""
    # Folders are only entered under their own names, so what is no link is where it seems to be.
    path = Path(entry.path)
    if entry.is_symlink():
        return _link_fault(root, path)
    try:
        return _file_fault(path, entry.stat(follow_symlinks=False))
    except OSError as error:
        return _unreadable(error)


def _link_fault(root: Path, path: Path) -> Problem | None:
    """Return why what a link leads to is not read; None when it is."""
    try:
        target = path.resolve(strict=True)
        found = target.stat()
    except (OSError, RuntimeError):  # RuntimeError is how Python 3.11 tells of links in a ring
        return warning("This symbolic link leads nowhere.", "Delete it, or copy what it should lead to.")
    if not target.is_relative_to(root):
        return warning("This symbolic link leads out of the folder and is not followed.", "Copy what it leads to.")
    if stat.S_ISDIR(found.st_mode):
        message = f"This symbolic link leads to {_key(root, target) or 'the folder itself'}, which is read once."
        return warning(message, "Move that folder here, or copy it.")
    if not is_source(_key(root, target)):
        message = "This symbolic link leads to a file that is never published and is not followed."
        return warning(message, "Copy what it leads to.")
    return _file_fault(target, found)


def _file_fault(target: Path, found: os.stat_result) -> Problem | None:
    """Return why a file that is no link is not read; None when it is."""
    if not stat.S_ISREG(found.st_mode):
        return warning("This is neither a file nor a folder (a pipe, socket or device) and is not read.", "Delete it.")
    if not os.access(target, os.R_OK):
        return warning("This file cannot be read: you are not allowed to.", "Give yourself permission to read it.")
    return None


def _unreadable(error: Exception) -> Problem:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return warning(f"This cannot be read: {reason}.", "Give yourself permission to read it.")


def _key(root: Path, path: Path) -> str:
    return "" if path == root else path.relative_to(root).as_posix()
