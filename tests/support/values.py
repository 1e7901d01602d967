"""Small valid values to build tests from."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bucketpress.content.post import Author, Body, Entry, State, Tag
from bucketpress.content.source_keys import SourceKind
from bucketpress.records.claim import Claim, Standing
from bucketpress.records.publish_transaction import PublishTransaction, RowKey
from bucketpress.records.record import Record
from bucketpress.site.impact import Shown, listings_of, position_in


def entry(key: str = "posts/a.md", day: int = 1, **changes: Any) -> Entry:
    name = key.rpartition("/")[2].removesuffix(".md")
    made = Entry(
        key=key,
        kind=SourceKind.POST,
        id=f"urn:test:{name}",
        slug=name,
        path=f"/2010/03/{name}/",
        title=name.title(),
        published=datetime(2010, 3, day, tzinfo=UTC),
        updated=None,
        summary="",
        tags=(Tag(slug="voip", label="VoIP"),),
        authors=(Author(slug="jane-doe", name="Jane Doe"),),
    )
    return replace(made, **changes)


def body(text: str = "text") -> Body:
    return Body(html=f"<p>{text}</p>", markdown=text, words=len(text.split()))


def publication(shown: Entry, *, revision: int = 1, text: str = "text") -> PublishTransaction:
    """A change that publishes an entry never published before."""
    rendered = body(text)
    record = Record(
        key=shown.key,
        kind=shown.kind,
        revision=revision,
        state=State.PUBLISHED,
        etag="e1",
        path=shown.path,
        live_paths=(shown.path,),
        shown=Shown(entry=shown, body_digest=rendered.digest),
    )
    claim = Claim(path=shown.path, key=shown.key, standing=Standing.PUBLISHED, was_live=True)
    rows = {RowKey(listing=each, position=position_in(each, shown)): shown for each in listings_of(shown)}
    return PublishTransaction(record=record, body=rendered, rows_in=rows, claims_in=(claim,))
