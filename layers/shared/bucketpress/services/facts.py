"""What a rendering reads of other sources: where links lead, and whether the post a file belongs to is public."""

from collections.abc import Iterable

from bucketpress.content.keys import SourceKey, SourceKind
from bucketpress.ports import ContentStore, PostIndex
from bucketpress.records import Record

ABSENT, HELD, PUBLIC = "absent", "held", "public"


def read_facts(index: PostIndex, content: ContentStore, source: SourceKey, links: Iterable[str]) -> dict[str, str]:
    """Look up the facts of a source, by the keys of the sources they are about.

    For a post or page: the path each of `links` is published at, "" for one that is not, and the size of each that is
    an image, "" where it is not known. For a file: ABSENT, HELD or PUBLIC for each post it may belong to.
    """
    if source.kind is SourceKind.ASSET:
        return {} if source.draft else {bundle: _standing(index, content, bundle) for bundle in source.bundles}
    return {key: _fact(record) for key, record in index.records(links).items()}


def _fact(record: Record) -> str:
    if record.kind is SourceKind.ASSET:
        return str(record.image or "")
    return record.published_path or ""


def _standing(index: PostIndex, content: ContentStore, bundle: str) -> str:
    if content.head(bundle) is None:
        return ABSENT
    return PUBLIC if index.record(bundle).published_path else HELD
