"""What a rendering reads of other sources: the targets of links, and whether the post of a bundle's file is public."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from bucketpress.content.pictures.variants import PictureVariants
from bucketpress.content.post import State
from bucketpress.content.source_keys import SourceKey, SourceKind, classify, composed, is_beside_posts, spellings
from bucketpress.ports import PostIndex
from bucketpress.records.dependency import (
    BundlePost,
    Dependency,
    LinkTarget,
    MissingPicture,
    Picture,
    Presence,
    ShowingPost,
    leads_nowhere,
)
from bucketpress.records.record import Record
from bucketpress.site.impact import ShownAsset
from bucketpress.site.layout import variants_section


def read_dependencies(
    index: PostIndex, is_there: Callable[[str], bool], source: SourceKey, links: Iterable[str]
) -> dict[str, Dependency]:
    """Return what a source depends on, by the keys of the sources it reads. `is_there` looks into the content bucket.

    For a post or page these are its `links`, to other posts and to pictures, in NFC as they are compared; for a file
    the posts it may belong to, and one that shows it.
    """
    if source.kind is SourceKind.ASSET:
        if source.draft:
            return {}
        bundles = {bundle: _bundle_post(index, is_there, bundle) for bundle in source.bundles}
        return {**_showing_post(index, source), **bundles}
    names = {key: spellings(key) for key in links}
    if not names:
        return {}
    records = index.records(dict.fromkeys(name for each in names.values() for name in each))
    return {key: _dependency_on_any([records[name] for name in each]) for key, each in names.items()}


def _dependency_on_any(records: Sequence[Record]) -> Dependency:
    """Return what a link to a file depends on that may stand under several spellings of its name: the first there."""
    found = [dependency_on(record) for record in records]
    return next((dependency for dependency in found if not leads_nowhere(dependency)), found[0])


def depends_on_what_changed(index: PostIndex, is_there: Callable[[str], bool], record: Record) -> bool:
    """Return whether what a source read of others is no longer so, and makes it another than its record says."""
    if record.version is None:
        return False
    if isinstance(record.shown, ShownAsset) and finished_variants(index, record.shown) != record.variants:
        return True
    source = classify(record.key)
    # Also where nothing was read before: a post may have begun to show the file since.
    dependencies = read_dependencies(index, is_there, source, record.dependencies)
    return not mean_the_same(source, dependencies, record.dependencies)


def mean_the_same(source: SourceKey, one: Mapping[str, Dependency], other: Mapping[str, Dependency]) -> bool:
    """Return whether two readings of what a source depends on make it the same.

    A file is public or waits, whichever posts show it: one that is public already is not told of one more.
    """
    if source.kind is SourceKind.ASSET:
        return is_held_back(one.values()) == is_held_back(other.values())
    return one == other


def dependency_on(record: Record) -> Dependency:
    """Return what a post or page that links to a source, or shows it, depends on."""
    if record.kind is not SourceKind.ASSET:
        return LinkTarget(path=record.shown.path if record.shown else None)
    picture = Picture(size=record.image, variants=record.variants)
    return picture if may_be_shown(classify(record.key), record.state) else MissingPicture()


def finished_variants(index: PostIndex, shown: ShownAsset) -> PictureVariants | None:
    """Return the variants of a picture that pages may offer: those it should have, once all of them are there."""
    if shown.variants is None:
        return None
    made = index.section(variants_section(shown.path)).variants
    return made if made == shown.variants else None


def may_be_shown(source: SourceKey, state: State) -> bool:
    """Return whether other sources may show a file.

    This includes a file that only waits for its post: the post needs its size, or it would be published twice.
    """
    return state is State.PUBLISHED or (state is State.DRAFT and not source.draft)


def is_held_back(dependencies: Iterable[Dependency]) -> bool:
    """Return whether a file has to wait for a post: readers see none that shows it, and not the one it belongs to."""
    found = set(dependencies)
    if ShowingPost(presence=Presence.PUBLIC) in found:
        return False
    if BundlePost(presence=Presence.HELD) in found:
        return True
    return ShowingPost(presence=Presence.HELD) in found and BundlePost(presence=Presence.PUBLIC) not in found


def pictures_of(record: Record) -> frozenset[str]:
    """Return the files beside posts that a post or page shows, in NFC, whether they are there or not."""
    shown = (key for key, found in record.dependencies.items() if isinstance(found, Picture | MissingPicture))
    return frozenset(key for key in shown if is_beside_posts(classify(key)))


def _showing_post(index: PostIndex, source: SourceKey) -> dict[str, Dependency]:
    """Return one post or page that shows a file, one that readers see if there is any.

    It wakes the file itself whenever it begins or ceases to show it or to be seen, so one is enough to know.
    """
    if not is_beside_posts(source):
        return {}
    held: dict[str, Dependency] = {}
    for key in sorted(set(index.dependents(source.key)) - set(source.bundles)):
        record = index.record(key)
        if composed(source.key) not in pictures_of(record):
            continue
        if record.published_path is not None:
            return {key: ShowingPost(presence=Presence.PUBLIC)}
        held = held or {key: ShowingPost(presence=Presence.HELD)}
    return held


def _bundle_post(index: PostIndex, is_there: Callable[[str], bool], key: str) -> BundlePost:
    if not is_there(key):
        return BundlePost(presence=Presence.ABSENT)
    return BundlePost(presence=Presence.PUBLIC if index.record(key).published_path else Presence.HELD)
