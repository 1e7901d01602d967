"""Asks other sites whether what pages link to is still there; slow, and so only on request and remembered."""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urldefrag

from bucketpress.content.problem import Problem, ProblemLog
from bucketpress.services.queries.page_faults import external_links

# Its name begins with a dot, so it is never published.
MEMORY = ".bucketpress-links.json"
_REMEMBERED = timedelta(days=7)
_SECONDS = 10
_AT_ONCE = 8
_BROKEN = {HTTPStatus.NOT_FOUND: "nothing there (404)", HTTPStatus.GONE: "it is gone (410)"}
_REFUSES_HEAD = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED})

# Returns the status of an address, None where its site gives no answer today.
Ask = Callable[[str], int | None]


class ExternalLinks:
    """What other sites say of the addresses that pages link to. Being busy (429) or down today is no fault."""

    def __init__(self, folder: Path, now: datetime, ask: Ask | None = None) -> None:
        """Remember what was asked in the last days. `ask` asks a site."""
        self._file, self._now, self._ask = folder / MEMORY, now, ask or ask_site
        self._known = dict(self._remembered())

    def look_up(self, htmls: Iterable[str]) -> None:
        """Ask for every address that is not known, several at a time, and write down the answers, also when stopped."""
        wanted = {urldefrag(url).url for html in htmls for url in external_links(html)} - self._known.keys()
        addresses = sorted(wanted)
        pool = ThreadPoolExecutor(_AT_ONCE)
        try:
            asked = {pool.submit(self._ask, address): address for address in addresses}
            for answer in as_completed(asked):
                status = answer.result()
                if status is not None:
                    self._known[asked[answer]] = (status, self._now.isoformat())
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            if addresses:
                document = {address: list(known) for address, known in sorted(self._known.items())}
                self._file.write_text(json.dumps(document, indent=0) + "\n", "utf-8")

    def faults(self, html: str, locate: Callable[[str], tuple[int, int] | None]) -> tuple[Problem, ...]:
        """Return what is wrong with the links of a page to other sites."""
        problems = ProblemLog(locate)
        for url in external_links(html):
            status, _ = self._known.get(urldefrag(url).url, (HTTPStatus.OK, ""))
            if status in _BROKEN:
                message = f'The link to "{url[:80]}" is broken: {_BROKEN[HTTPStatus(status)]}.'
                fix = "Link to where it is now, or to a copy at web.archive.org."
                problems.warn(message, fix, url, kind="link-external-broken")
        return tuple(problems)

    def _remembered(self) -> Iterator[tuple[str, tuple[int, str]]]:
        try:
            read = json.loads(self._file.read_bytes())
        except (OSError, ValueError):
            return
        for address, known in read.items() if isinstance(read, dict) else ():
            try:
                status, asked = int(known[0]), datetime.fromisoformat(known[1])
            except (ValueError, TypeError, IndexError, KeyError):
                continue
            if asked.tzinfo and self._now - asked < _REMEMBERED:
                yield address, (status, known[1])


def ask_site(address: str) -> int | None:
    """Return the status that a site gives for an address, None where it gives none."""
    status = _status(address, "HEAD")
    return _status(address, "GET") if status in _REFUSES_HEAD | _BROKEN.keys() else status


def _status(address: str, method: str) -> int | None:
    try:
        # Only http and https get here: external_links finds no others.
        request = urllib.request.Request(  # noqa: S310
            address, method=method, headers={"User-Agent": "bucketpress check"}
        )
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except (urllib.error.URLError, OSError, http.client.HTTPException, ValueError):
        return None
