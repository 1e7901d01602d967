"""A new post or page: the key it gets and the text it begins with."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bucketpress.content.front_matter.doubts import says_draft
from bucketpress.content.post_reader import read_post
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.slugs import slugify
from bucketpress.content.source_keys import SourceKind, classify

UNNAMED = "untitled"
# Where a folder keeps its posts: the first that it has. Jekyll, whose folders begin with "_", names files by their day.
POST_FOLDERS = ("posts", "_posts", "content/posts", "content/post", "content/blog")
DRAFT_FOLDERS = ("drafts", "_drafts")
PAGE_FOLDERS = ("pages",)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSource:
    """A file to be written: its key and its text, and whether it is held back."""

    key: str
    text: str
    draft: bool


def new_source(
    title: str,
    *,
    folders: Collection[str],
    settings: SiteSettings,
    now: datetime,
    identity: str,
    page: bool = False,
    draft: bool = False,
) -> NewSource:
    """Return a new post, draft or page; `folders` are those that the content folder has.

    A post has the date of now with the offset of the site's time zone, so that it says the same whatever zone the site
    is set to later. The id is written down because it must stay when the file is renamed: the old address redirects.
    A title that says that it is a draft makes one. A name that would mean something else (`readme`, `index`, `search`)
    gets another word.
    """
    title = " ".join(title.split())
    draft = draft or says_draft(title)
    moment = now.astimezone(ZoneInfo(settings.timezone)).replace(microsecond=0)
    folder = _folder(folders, page=page, draft=draft)
    lines = [f"title: {_quoted(title)}"]
    if not page:
        lines.append(f"date: {moment.isoformat(' ')}")
    if page and draft:
        lines.append("draft: true")
    lines.append(f"id: {identity}")
    text = "\n".join(["---", *lines, "---", "", ""])
    name = slugify(title, settings.slugs) or UNNAMED
    day = f"{moment:%Y-%m-%d}-" if folder == "_posts" else ""
    names = (name, f"{name}-{'page' if page else 'post'}", UNNAMED)
    offered = [NewSource(key=f"{folder}/{day}{each}.md", text=text, draft=draft) for each in names]
    return next((each for each in offered if _is_understood(each, settings, page=page)), offered[0])


def _is_understood(source: NewSource, settings: SiteSettings, *, page: bool) -> bool:
    """Return whether a source means what it is meant to, once something is written in it."""
    key = classify(source.key)
    if key.kind is not (SourceKind.PAGE if page else SourceKind.POST):
        return False
    post, _ = read_post(key, f"{source.text}Text.\n".encode(errors="replace"), settings)
    return post is not None and post.draft is source.draft


def _folder(folders: Collection[str], *, page: bool, draft: bool) -> str:
    wanted = PAGE_FOLDERS if page else DRAFT_FOLDERS if draft else POST_FOLDERS
    if draft and not page and "_posts" in folders and "posts" not in folders:
        return DRAFT_FOLDERS[1]
    return next((folder for folder in wanted if folder in folders), wanted[0])


def _quoted(title: str) -> str:
    """Return a title as a YAML string in quotation marks: what JSON escapes, YAML escapes in the same way."""
    return json.dumps(title, ensure_ascii=False)
