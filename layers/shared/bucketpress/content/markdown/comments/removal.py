"""What authors write for themselves, or for programs, is taken out before anybody else sees a text."""

import re
from dataclasses import dataclass

from bucketpress.content.encoding import place
from bucketpress.content.markdown.comments.scanner import NOTE, CommentScanner, Found, Kind, without_asides
from bucketpress.content.problem import Problem, ProblemLog

_COMMENT = re.compile(r"<!--(?:-?>|.*?(?:--!?>|\Z))", re.DOTALL)
# A link to nowhere whose label is a note: nothing shows it but the Markdown itself.
_NOWHERE = re.compile(r"^[ ]{0,3}\[[^\]\n]{1,200}\]:[ \t]*#[ \t]*$", re.MULTILINE)
_HINT = re.compile(r"<|%%|\{[#!{>:-]|:::|\][ \t]?:")
# An empty comment stands for each, as that may part two lists.
_STANDS_FOR = {Kind.COMMENT: "<!---->", Kind.MORE: "<!--more-->", Kind.HIDDEN: "<!---->"}
_TOLD = {
    Kind.ASIDE: ("is taken for a comment and left out.", "Put it between backticks to show it."),
    Kind.HIDDEN: ("is hidden, so that nobody sees what is in it.", "Take out what hides it to show it."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncommented:
    """A text without what readers are not to see. All keep their lines.

    `source` is what is rendered, `markdown` is what readers may have.
    """

    source: str
    markdown: str
    problems: tuple[Problem, ...] = ()


def leave_out_comments(text: str, first_line: int = 1, *, raw_html: bool = True) -> Uncommented:
    """Remove comments from Markdown that begins in a line of its file, but not from its code.

    With `raw_html` tags are tags: elements that are hidden are left out too, and those for programs of `markdown`.
    """
    if _HINT.search(text) is None:
        return Uncommented(source=text, markdown=text)
    source: list[str] = []
    markdown: list[str] = []
    problems = ProblemLog(lambda start: _located(text, int(start), first_line))
    position = 0
    for found in CommentScanner(text, raw_html=raw_html).found():
        kept, whole = text[position : found.start], text[found.start : found.end]
        lines = "\n" * whole.count("\n")
        is_kept = found.kind is Kind.MORE or (raw_html and _is_block(text, found))
        stands_for = _STANDS_FOR.get(found.kind, "") if is_kept else ""
        source += [kept, whole] if found.kind is Kind.PROGRAM else [kept, stands_for, lines]
        markdown += [kept.rstrip(" \t") if text[found.end : found.end + 1] in {"", "\n"} else kept, lines]
        position = found.end
        _tell(found, text, problems)
    rest = text[position:]
    return Uncommented(
        source="".join((*source, rest)),
        markdown=_NOWHERE.sub("", "".join((*markdown, rest))),
        problems=tuple(problems),
    )


def strip_comments(text: str) -> str:
    """Return one value of front matter without the comments in it."""
    text = _COMMENT.sub("", text) if "<!--" in text else text
    text = without_asides(text) if "{" in text or "<%" in text else text
    return NOTE.sub("", text) if "]:" in text else text


def _is_block(text: str, found: Found) -> bool:
    """Return whether nothing stands before or behind it in its lines, so that it parts what is above and below."""
    before = text[text.rfind("\n", 0, found.start) + 1 : found.start]
    return not before.strip(" \t>") and text[found.end : found.end + 1] in {"", "\n"}


def _located(text: str, position: int, first_line: int) -> tuple[int, int]:
    line, column = place(text, position)
    return line + first_line - 1, column


def _tell(found: Found, text: str, problems: ProblemLog) -> None:
    """Warn of what nobody asked to be left out, and of what takes along all that is after it."""
    place_of_it = str(found.start)
    if found.open:
        what, fix = "comment", "Write --> where it ends."
        if found.kind is Kind.HIDDEN:
            what, fix = "hidden element", "Write its closing tag where it ends."
        problems.warn(f"This {what} has no end, so nothing after it is published.", fix, place_of_it)
    elif told := _TOLD.get(found.kind):
        shown = text[found.start : min(found.end, found.start + 40)].partition("\n")[0]
        problems.warn(f"{shown} {told[0]}", told[1], place_of_it, kind=f"{found.kind.value}-left-out")
