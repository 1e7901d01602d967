"""Shows drafts and posts of the future as if they were published: for previews only."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bucketpress.content.problem import warning
from bucketpress.content.source_keys import SourceKey, SourceKind
from bucketpress.records.record import Record
from bucketpress.services.publish.source_reader import SourceReading

EARLY = "shown-early"


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyView:
    """A view for publishers; `clock` returns the current time, aware. A draft without a date gets today's."""

    clock: Callable[[], datetime]

    def __call__(self, source: SourceKey, reading: SourceReading) -> tuple[SourceKey, SourceReading]:
        """Return a source as published, with a note among its problems that says what it is."""
        post = reading.post
        if post is None:
            is_file = source.kind is SourceKind.ASSET and source.path is not None
            return (replace(source, draft=False) if is_file else source), reading
        now = self.clock()
        is_draft = source.draft or post.draft
        waits = post.goes_live is not None and post.goes_live > now
        if not (is_draft or waits):
            return source, reading
        note = "Draft" if is_draft else f"Goes live {post.goes_live:%Y-%m-%d %H:%M}"
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        entry = replace(post.entry, published=post.entry.published or today)
        shown = replace(post, entry=entry, draft=False, goes_live=None)
        problems = (*reading.problems, warning(note, "", kind=EARLY))
        return replace(source, draft=False), replace(reading, post=shown, problems=problems)


def early_note(record: Record) -> str:
    """Return what a source is that is shown early, "" for any other."""
    problems = record.receipt.problems if record.receipt and record.shown_post else ()
    return next((problem.message for problem in problems if problem.kind == EARLY), "")
