"""An imported post as a Markdown file: its key, its front matter, its text."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from bucketpress.content.front_matter.doubts import says_draft, tag_says_draft
from bucketpress.content.front_matter.keys import MAX_ID_CHARACTERS
from bucketpress.content.front_matter.tags_and_authors import MAX_AUTHORS, MAX_TAGS
from bucketpress.content.slugs import slugify
from bucketpress.content.source_keys import SourceKind, classify
from bucketpress.content.translations import split_language
from bucketpress_cli.importers.publication import ImportedPost

_MAX_NAME_BYTES = 120
_ODD = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")


def key_of(post: ImportedPost, used: set[str]) -> str:
    """Return a key that no other post has, in a folder that says what the post is, and note it as used."""
    name = _name(post)
    number = 1
    while True:
        last = f"{name}-{number}" if number > 1 else name
        key = _folder(post) + (f"{post.published:%Y-%m-%d}-{last}" if _is_dated(post) else last) + ".md"
        if key not in used and _is_understood(key, post):
            used.add(key)
            return key
        number += 1


def front_matter(post: ImportedPost, path: str, image: str) -> str:
    """Return what is said of a post, `path` and `image` as they are to be."""
    return "".join(["---\n", *(f"{line}\n" for line in _lines(post, path, image)), "---\n"])


def quoted(text: str) -> str:
    """Return text as YAML that means nothing but itself, on one line."""
    return json.dumps(" ".join(_ODD.sub(" ", text).split()), ensure_ascii=False)


def _lines(post: ImportedPost, path: str, image: str) -> Iterator[str]:
    yield f"title: {quoted(post.title or 'Untitled')}"
    yield from _state(post)
    if post.published:
        yield f"date: {_moment(post.published)}"
    if post.updated and post.updated != post.published:
        yield f"updated: {_moment(post.updated)}"
    identity = post.id if identity_fits(post.id) else ""
    yield from _texts({"url": path, "slug": "" if path else post.slug, "id": identity})
    yield from _list("authors", post.authors[:MAX_AUTHORS])
    yield from _list("tags", post.tags[:MAX_TAGS])
    yield from _list("aliases", post.aliases)
    if post.featured:
        yield "featured: true"
    described = post.image_alt if image else ""
    yield from _texts(
        {"canonical_url": post.canonical, "summary": post.summary, "image": image, "image_alt": described}
    )


def _state(post: ImportedPost) -> Iterator[str]:
    if post.held:
        yield "draft: true"
        yield f"status: {post.held}"
    elif says_draft(post.title) or any(map(tag_says_draft, post.tags)):
        yield "draft: false"  # It was public, whatever its title or a tag sounds like.


def _texts(texts: Mapping[str, str]) -> Iterator[str]:
    return (f"{name}: {quoted(text)}" for name, text in texts.items() if text)


def identity_fits(identity: str) -> bool:
    """Return whether an id can be one here."""
    return bool(identity) and len(identity) <= MAX_ID_CHARACTERS and "#" not in identity and not _ODD.search(identity)


def _list(name: str, values: Sequence[str]) -> Iterator[str]:
    if values:
        yield f"{name}:"
        yield from (f"  - {quoted(value)}" for value in values)


def _moment(moment: datetime) -> str:
    return moment.replace(microsecond=0).isoformat()


def _folder(post: ImportedPost) -> str:
    return "drafts/" if post.held else "pages/" if post.is_page else "posts/"


def _is_dated(post: ImportedPost) -> bool:
    return bool(post.published) and not post.is_page and not post.held


def _name(post: ImportedPost) -> str:
    last = post.path.removesuffix("index.html").strip("/") if post.is_page else post.slug
    last = last or post.path.strip("/").rpartition("/")[2].removesuffix(".html").removesuffix(".htm") or post.title
    name = slugify(unicodedata.normalize("NFC", last).replace("/", "-").replace(".", "-"))
    short = name.encode()[:_MAX_NAME_BYTES].decode(errors="ignore").strip("-")
    return short if short and short != "index" else "untitled" if not short else "index-page"


def _is_understood(key: str, post: ImportedPost) -> bool:
    """Return whether a key means what it is meant to: some names say that a file is a copy, a note, a translation."""
    source = classify(key)
    wanted = SourceKind.PAGE if post.is_page and not post.held else SourceKind.POST
    name = key.rpartition("/")[2].removesuffix(".md")
    return source.kind is wanted and (source.draft == bool(post.held)) and split_language(name)[1] is None
