"""Status as text: the whole site on one screen, and one source in full."""

from rich.console import Console
from rich.text import Text

from bucketpress.records.checkpoint import Checkpoint, Phase
from bucketpress.services.queries.status import SiteStatus, SourceStatus
from bucketpress_cli.receipt_text import LABEL, moment, print_heading, print_problems, print_understood
from bucketpress_cli.terminal import print_line

SOURCES_SHOWN = 20
PROBLEMS_SHOWN = 3
SECTIONS_SHOWN = 10
QUEUES = {
    "sources": "sources waiting",
    "sections": "sections waiting",
    "pictures": "pictures waiting for smaller versions",
    "source_dead_letters": "sources among the dead letters",
    "section_dead_letters": "sections among the dead letters",
    "picture_dead_letters": "pictures among the dead letters",
}


def print_site(console: Console, site: SiteStatus) -> None:
    """Print the sources with problems, the counts, the long pieces of work and the queues."""
    for record in site.troubled[:SOURCES_SHOWN]:
        print_heading(console, record)
        print_problems(console, record, PROBLEMS_SHOWN)
    if len(site.troubled) > SOURCES_SHOWN:
        console.print(f"… and {len(site.troubled) - SOURCES_SHOWN:,} more sources with problems; --json lists them all")
    if site.troubled:
        console.print()
    for state, count in site.states.items():
        console.print(f"{count:>9,}  {state}")
    if not site.states:
        console.print("Nothing has been uploaded yet.")
    console.print()
    for name, count in site.depths.items():
        alarming = count > 0 and name.endswith("dead_letters")
        console.print(Text(f"{count:>9,}  {QUEUES[name]}", "red" if alarming else ""))
    console.print()
    for checkpoint in (site.rebuild, site.audit, *([site.recovery] if site.recovery.revision else [])):
        console.print(f"{checkpoint.name}: {progress(checkpoint)}", soft_wrap=True)


def progress(checkpoint: Checkpoint) -> str:
    """Return how far a rebuild, an audit or a recovery has come, in words."""
    if checkpoint.began is None:
        if checkpoint.phase is Phase.DONE or checkpoint.revision == 0:
            return "none so far"
        return "begins with the next tick, within a minute"
    checked = f"{checkpoint.done:,} of {checkpoint.total:,}" if checkpoint.total else f"{checkpoint.done:,} checked"
    sent = f"{checkpoint.sent:,} sent again"
    if checkpoint.phase is Phase.DONE:
        return f"done; the last began {moment(checkpoint.began)}, {sent}"
    return f"under way since {moment(checkpoint.began)}: {checkpoint.phase}, {checked}, {sent}"


def print_source(console: Console, source: SourceStatus) -> None:
    """Print the whole receipt of one source."""
    record, receipt = source.record, source.record.receipt
    print_heading(console, record)
    if receipt is None:
        return
    print_line(console, receipt.note)
    print_understood(console, record, source.url)
    print_problems(console, record)
    if receipt.asked_at:
        console.print(Text.assemble("  ", (f"{'event':{LABEL}}", "dim"), moment(receipt.asked_at)))
    print_line(console, refreshed(source))


def refreshed(source: SourceStatus) -> str:
    """Return what has happened to the sections, and how long it took, in words."""
    receipt = source.record.receipt
    if not source.refreshments or receipt is None:
        return "Nothing on the site had to change."
    sections = len(source.refreshments) + receipt.unlisted
    written = f"{source.rewritten} artifacts rewritten in {sections} sections"
    if source.waiting:
        named = ", ".join(source.waiting[:SECTIONS_SHOWN])
        more = f" and {len(source.waiting) - SECTIONS_SHOWN} more" if len(source.waiting) > SECTIONS_SHOWN else ""
        return f"Waiting: {len(source.waiting)} of {sections} sections are still to be refreshed: {named}{more}."
    if source.seconds is None:
        page = f"; its page took {source.page_seconds:.1f} s" if source.page_seconds is not None else ""
        return f"Refreshed: {written}{page}. How long everything took is not known any more."
    page = f", its page after {source.page_seconds:.1f} s" if source.page_seconds is not None else ""
    return f"Refreshed: {written}, {source.seconds:.1f} s after the event{page}."
