"""Files that lie among posts and are never public: what tools and people leave there, and sources of other tools."""

import re

from bucketpress.content.media_types import is_for_pages

MARKDOWN = (".md", ".markdown", ".mdx", ".mdown", ".mkd")
_MARKDOWN_INSIDE = re.compile(r"\.(?:md|markdown|mdx|mdown|mkd|rst|adoc|org|tex|html?)\.", re.IGNORECASE)
_NOTES = re.compile(r"(?:readme|licen[cs]e)(?:\.[a-z]{2,3}(?:-[a-z]{2,4})?)?(?:\.[a-z]{1,8})?", re.IGNORECASE)
# What file synchronisers and file managers call the copy of a file that was changed in two places.
_COPIES = re.compile(
    r"(?P<conflict>\.sync-conflict-[0-9]{8}-[0-9]{6}(?:-[A-Z0-9]+)?"
    r"|[ _-]*\([^()]*(?:conflicted|conflict copy|konflikt|en conflit|en conflicto|in conflitto)[^()]*\)"
    r"|[ _.-]conflict(?:ed)?[ _-](?:copy[^.]*|[0-9]{8}[0-9-]*)"
    r"| - (?:copy|kopie|kopia|kopi|copie|copia|cópia)(?: \([0-9]{1,2}\))?"
    r"| (?:copy|kopie|kopia|kopi|copie|copia|cópia) [0-9]{1,2}"
    r"| \((?:[0-9a-z]+ )?(?:copy|kopie|kopia|kopi|copie|copia|cópia)\)"
    r"|のコピー(?: ?[0-9]{1,2})?| ?的?副本(?: ?[0-9]{1,2})?)(?=\.[^.]*$|$)"
    r"|^(?:copy of|kopie von|kopia|kopi av|copie de|copia d[ei]|cópia de) (?=.)",
    re.IGNORECASE,
)
# A word before the extension that says what the file is: `a.draft.md`, `a.bak.md`, `a [draft].md`.
_SAID = re.compile(
    r"\.(?:drafts?|wip|private|unpublished|bak|backup|old|orig|tmp|temp)(?=\.[^.]*$)|[\[(](?:draft|wip)[\])]",
    re.IGNORECASE,
)
# Capitals stand out of a name in small letters: `DRAFT a post.md`, `a-post_WIP.md`, `2010-03-05-DRAFT-a-post.md`.
_LOUD = re.compile(
    r"(?:^|^[0-9]{4}-[0-9]{2}-[0-9]{2}-)(?P<first>DRAFT|WIP|UNPUBLISHED|PRIVATE)(?=[ _.-].*[a-z].*\.)"
    r"|(?<=[a-z0-9)][ _.-])(?P<last>DRAFT|WIP|UNPUBLISHED|PRIVATE)(?=\.[^.]*$)"
)
_NUMBERED = re.compile(r" \([0-9]{1,2}\)(?=\.[^.]*$)")
_SETTINGS = frozenset({"site.yaml", "site.yml"})
_LEFTOVER = "Delete it, or keep it outside of the folders that are published."


def is_markdown_name(name: str) -> bool:
    """Return whether a file of this name holds Markdown."""
    return name.lower().endswith(MARKDOWN)


def withholding_mark(name: str) -> str:
    """Return what in the name of a file or folder says that it is not to be published, "" for nothing."""
    if name.startswith("_"):
        return "_"
    found = _SAID.search(name) or _LOUD.search(name)
    return found[0] if found else ""


def held_back(folder: str, name: str, *, posts: bool) -> tuple[str, str] | None:
    """Return why a file among sources is never public and what to do; None when it may be. `folder` ends in "/"."""
    markdown = is_markdown_name(name)
    original = _COPIES.sub("", name)
    if markdown and original == name:
        original = _NUMBERED.sub("", name)
    if original != name:
        return f"It looks like a copy of {folder}{original} and is kept back.", "Keep one of the two, or rename it."
    if name.startswith(("~", "#")) or name.lower() in _SETTINGS:
        return "It is not a post, and is never published.", _LEFTOVER
    if markdown and (said := withholding_mark(name)):
        return f"{said} in the name of {name} says that it is not to be published.", "Name it like a-post.md."
    if posts and _NOTES.fullmatch(name) and not is_for_pages(name):
        return f"{name} says something about a folder and is not published.", "Give it another name to make it a post."
    if markdown:
        return None
    if not is_for_pages(name) or (_MARKDOWN_INSIDE.search(name) and not is_for_pages(name, pictures_only=True)):
        if _MARKDOWN_INSIDE.search(name + "."):
            return "It looks like the text of a post and is never published.", "Name it like a-post.md, or delete it."
        return (
            "Files of this kind are not published among posts.",
            "Put it below static/ if readers should have it as it is.",
        )
    return None
