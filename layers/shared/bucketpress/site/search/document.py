"""What search knows of a post or page, and shows of it in a result."""

import json
from dataclasses import dataclass

from bucketpress.content.post import Author, Entry, Tag
from bucketpress.content.source_keys import SourceKind
from bucketpress.site.text import clean, rfc3339

SUMMARY_CHARACTERS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A post or page as a result shows it. `published` is as RFC 3339 writes it, "" for none; `lang` "" the site's."""

    path: str
    title: str
    summary: str
    published: str = ""
    tags: tuple[Tag, ...] = ()
    authors: tuple[Author, ...] = ()
    lang: str = ""
    is_page: bool = False


def document_of(entry: Entry) -> Document:
    """Return what search keeps of an entry."""
    return Document(
        path=entry.path,
        title=clean(entry.title),
        summary=_shortened(clean(entry.summary)),
        published=rfc3339(entry.published) if entry.published else "",
        tags=entry.tags,
        authors=entry.authors,
        lang=entry.lang or "",
        is_page=entry.kind is SourceKind.PAGE,
    )


def write_document(document: Document) -> bytes:
    """Return a document as one line."""
    tags = [[tag.slug, tag.label] for tag in document.tags]
    authors = [[author.slug, author.name] for author in document.authors]
    members = [document.path, document.title, document.summary, document.published, tags, authors, document.lang]
    text = json.dumps([*members, int(document.is_page)], ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def read_document(line: bytes) -> Document:
    """Read what `write_document` wrote."""
    path, title, summary, published, tags, authors, lang, is_page = json.loads(line)
    return Document(
        path=path,
        title=title,
        summary=summary,
        published=published,
        tags=tuple(Tag(slug=slug, label=label) for slug, label in tags),
        authors=tuple(Author(slug=slug, name=name) for slug, name in authors),
        lang=lang,
        is_page=bool(is_page),
    )


def _shortened(text: str) -> str:
    if len(text) <= SUMMARY_CHARACTERS:
        return text
    cut = text[:SUMMARY_CHARACTERS]
    # Not within a word, where there are words; a script without spaces is cut anywhere.
    return (cut.rpartition(" ")[0] if " " in cut[SUMMARY_CHARACTERS // 2 :] else cut) + "…"
