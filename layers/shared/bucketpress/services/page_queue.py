"""Sends sections to be refreshed, pages ahead of the listings that link to them."""

from collections import defaultdict
from collections.abc import Iterable

from bucketpress.ports import Queue
from bucketpress.site.layout import SHARED_DELAY_SECONDS, parse_section

# One message holds what one post touches, pages apart from listings: its sections are refreshed together, and a burst
# takes few messages.
SECTIONS_A_MESSAGE = 12


def send_sections(queue: Queue, sections: Iterable[str]) -> None:
    """Send pages and assets at once and all other sections a little later.

    A reader must never follow a link to a missing page, and the sections a burst of posts shares coalesce. Raises
    TransientError unless all were accepted.
    """
    batches: dict[int, list[str]] = defaultdict(list)
    for section in sorted(sections):
        batches[_delay_seconds(section)].append(section)
    for delay_seconds, batch in sorted(batches.items()):
        queue.send(batch, delay_seconds=delay_seconds)


def _delay_seconds(section: str) -> int:
    try:
        return parse_section(section).kind.delay_seconds
    except ValueError:
        # A name that another version has queued: it goes to the dead letters and must not delay other sections.
        return SHARED_DELAY_SECONDS
