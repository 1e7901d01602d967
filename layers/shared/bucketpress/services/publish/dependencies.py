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

_HELD = (ShowingPost(presence=Presence.HELD), BundlePost(presence=Presence.HELD))


def read_dependencies(
    index: PostIndex, is_there: Callable[[str], bool], source: SourceKey, links: Iterable[str]
) -> dict[str, Dependency]:
    """Return what a source depends on, by the keys of the sources it reads. `is_there` looks into the content bucket.

    For a post or page these are its `links`, to other posts and to pictures, in NFC as they are compared; for a file
    beside posts one that shows it and, where readers see none that does, the posts whose folder it may be in.
    """
    if source.kind is SourceKind.ASSET:
        return _posts_of_file(index, is_there, source) if is_beside_posts(source) and not source.draft else {}
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
    if source.kind is SourceKind.ASSET and source.draft:
        return False  # Nothing releases it; a preview that shows drafts has read more of it than its key tells.
    # Also where nothing was read before: a post may have begun to show the file since.
    dependencies = read_dependencies(index, is_there, source, record.dependencies)
    return not mean_the_same(source, dependencies, record.dependencies)


def mean_the_same(source: SourceKey, one: Mapping[str, Dependency], other: Mapping[str, Dependency]) -> bool:
    """Return whether two readings of what a source depends on make it the same.

    A file is public or waits, whichever posts show it: one that is public already is not told of one more.
    """
    if source.kind is SourceKind.ASSET:
        return is_held_back(source, one) == is_held_back(source, other)
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


def is_held_back(source: SourceKey, dependencies: Mapping[str, Dependency]) -> bool:
    """Return whether a file beside posts has to wait: until readers see a post that shows it, or that of its folder.

    In a folder within a bundle it waits for both posts, unless it is shown.
    """
    found = set(dependencies.values())
    if not is_beside_posts(source) or ShowingPost(presence=Presence.PUBLIC) in found:
        return False
    return BundlePost(presence=Presence.PUBLIC) not in found or BundlePost(presence=Presence.HELD) in found


def waits_for(record: Record) -> str:
    """Return the key of a post that readers do not see yet and that would release a file, "" where there is none."""
    held = (key for key, found in record.dependencies.items() if found in _HELD)
    return min(held, default="")


def files_shown(record: Record) -> frozenset[str]:
    """Return the files beside posts that a post or page shows or links to, in NFC, whether they are there or not."""
    pictures = (key for key, found in record.dependencies.items() if isinstance(found, Picture | MissingPicture))
    return frozenset((*(key for key in pictures if is_beside_posts(classify(key))), *record.linked_files))


def names_looked_up(record: Record) -> frozenset[str]:
    """Return the keys that a source has to be found under, as a dependent, when one of them changes.

    A file whose name is neither composed nor decomposed throughout is found by the composed one, as posts name it.
    """
    if record.version is None:
        return frozenset()
    names = {name for key in (*record.dependencies, *record.linked_files) for name in spellings(key)}
    key = composed(record.key)
    odd = record.kind is SourceKind.ASSET and record.key not in spellings(key)
    return frozenset({*names, key} if odd else names)


def _posts_of_file(index: PostIndex, is_there: Callable[[str], bool], source: SourceKey) -> dict[str, Dependency]:
    """Return one post or page that shows a file, one that readers see if there is any; else also those of its folders.

    It wakes the file itself whenever it begins or ceases to show it or to be seen, so one is enough to know.
    """
    name, held = composed(source.key), ""
    for key in index.dependents(name):
        record = index.record(key)
        if name not in files_shown(record):
            continue
        if record.published_path is not None:
            return {key: ShowingPost(presence=Presence.PUBLIC)}
        held = held or key
    showing = {held: ShowingPost(presence=Presence.HELD)} if held else {}
    return {**showing, **_bundle_posts(index, is_there, source)}


def _bundle_posts(index: PostIndex, is_there: Callable[[str], bool], source: SourceKey) -> dict[str, Dependency]:
    """Return whether there are posts of the folders a file is in, and whether readers see them.

    Where one may release the file, the bucket is asked too: it may know of another, or of a removal, before the index.
    """
    records = index.records(source.bundles) if source.bundles else {}
    public = {key for key, record in records.items() if record.published_path is not None and is_there(key)}
    there = {
        key
        for key, record in records.items()
        if key not in public and (is_there(key) if public else record.state is not State.REMOVED)
    }
    return {
        key: BundlePost(
            presence=Presence.PUBLIC if key in public else Presence.HELD if key in there else Presence.ABSENT
        )
        for key in source.bundles
    }
