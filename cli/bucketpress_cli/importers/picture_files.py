"""Where the pictures of an import come from: the export, a folder of files, or the web when that is asked for."""

import http.client
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import unquote

from bucketpress_cli.importers.address import parsed
from bucketpress_cli.importers.publication import Export, TooLargeError

MAX_BYTES = 200 * 1024 * 1024
_SECONDS = 30
_FEWEST_PARTS = 2  # of a path that may name a file in a folder that is laid out otherwise
_AGENT = "bucketpress import"


class Pictures:
    """Finds pictures by their path on the old site; `fetch` allows to ask the site itself."""

    def __init__(self, export: Export, folder: Path | None, *, fetch: bool = False) -> None:
        """Choose where to look. Nothing else is ever fetched than the addresses that `find` is given."""
        self._export, self._folder, self._fetch = export, folder, fetch

    @property
    def can_move(self) -> bool:
        """Whether pictures of other hosts, which stay where they are, can be brought along."""
        return self._fetch or self._folder is not None

    def holds(self, path: str) -> bool:
        """Return whether the export itself holds a picture."""
        try:
            return self._export.picture(path) is not None
        except TooLargeError:
            return True

    def find(self, path: str, url: str) -> bytes | None:
        """Return a picture, None where it is nowhere. Raises TooLargeError."""
        data = self._export.picture(path)
        if data is None and self._folder:
            data = _in_folder(self._folder, path)
        return _fetched(url) if data is None and self._fetch else data


def _in_folder(folder: Path, path: str) -> bytes | None:
    """Return a file by its path, or by the end of it: a folder of uploads may be that of the site or one within."""
    parts = path.strip("/").split("/")
    root = folder.resolve()
    for first in range(max(1, len(parts) - _FEWEST_PARTS + 1)):
        file = root.joinpath(*parts[first:])
        if file.is_file() and file.resolve().is_relative_to(root) and file.stat().st_size <= MAX_BYTES:
            return file.read_bytes()
    return None


def _fetched(url: str) -> bytes | None:
    """Return what is at an address, None where there is no file."""
    if parsed(url).scheme not in {"http", "https"}:
        return None
    # Only these: no redirect may lead to a file of this machine.
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        urllib.request.HTTPRedirectHandler,
        urllib.request.HTTPErrorProcessor,
        urllib.request.HTTPDefaultErrorHandler,
    ):
        opener.add_handler(handler())
    request = urllib.request.Request(url, headers={"User-Agent": _AGENT})  # noqa: S310 - the scheme is checked above
    try:
        with opener.open(request, timeout=_SECONDS) as answer:
            is_page = answer.headers.get_content_type() == "text/html"  # an error told as a page, or a login
            data: bytes = answer.read(MAX_BYTES + 1)
            return None if is_page or len(data) > MAX_BYTES else data
    except (urllib.error.URLError, OSError, http.client.HTTPException, ValueError):
        return None


def name_of(url: str) -> str:
    """Return the path of a picture's address, decoded."""
    return unquote(parsed(url).path)
