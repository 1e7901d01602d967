"""What a rendering reads of other sources: the targets of links, and whether the post of a bundle's file is public."""

from collections.abc import Iterable

from bucketpress.content.post import State
from bucketpress.content.source_keys import SourceKey, SourceKind, classify
from bucketpress.ports import ContentStore, PostIndex
from bucketpress.records.record import Record

ABSENT, HELD, PUBLIC = "absent", "held", "public"
UNMEASURED = "unmeasured"


def read_dependencies(
    index: PostIndex, content: ContentStore, source: SourceKey, links: Iterable[str]
) -> dict[str, str]:
    """Return what a source depends on, by the keys of the sources it reads.

    For a post or page: the path each of `links` is published at, "" for one that is not; of each that is a picture the
    size, UNMEASURED where it is not known, "" where the picture is not there. For a file: ABSENT, HELD or PUBLIC for
    each post it may belong to.
    """
    if source.kind is SourceKind.ASSET:
        return {} if source.draft else {bundle: _standing(index, content, bundle) for bundle in source.bundles}
    return {key: _dependency(record) for key, record in index.records(links).items()}


def _dependency(record: Record) -> str:
    if record.kind is SourceKind.ASSET:
        return str(record.image or UNMEASURED) if may_be_shown(classify(record.key), record.state) else ""
    return record.published_path or ""


def may_be_shown(source: SourceKey, state: State) -> bool:
    """Return whether other sources may show a file.

    This includes a file that only waits for its post: the post needs its size, or it would be published twice.
    """
    return state is State.PUBLISHED or (state is State.DRAFT and not source.draft)


def _standing(index: PostIndex, content: ContentStore, bundle: str) -> str:
    if content.head(bundle) is None:
        return ABSENT
    return PUBLIC if index.record(bundle).published_path else HELD
