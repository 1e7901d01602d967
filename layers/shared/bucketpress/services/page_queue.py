"""Sends sections to be refreshed, pages ahead of the listings that link to them."""

from collections.abc import Iterable

from bucketpress.ports import Queue

LISTING_DELAY_SECONDS = 2


def send_sections(queue: Queue, sections: Iterable[str]) -> None:
    """Send pages and assets at once and all other sections a little later.

    A reader must never follow a link to a missing page, and the sections a burst of posts shares coalesce. Raises
    TransientError unless all were accepted.
    """
    ordered = sorted(sections)
    pages = [section for section in ordered if section.startswith(("post:", "asset:"))]
    listings = [section for section in ordered if not section.startswith(("post:", "asset:"))]
    if pages:
        queue.send(pages)
    if listings:
        queue.send(listings, delay_seconds=LISTING_DELAY_SECONDS)
