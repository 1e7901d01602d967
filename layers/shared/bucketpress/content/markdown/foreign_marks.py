"""What MkDocs, Pandoc and other programs write around Markdown: their boxes become ours, marks without a meaning go."""

import re

from bucketpress.content.hints import Hints
from bucketpress.content.markdown.line_map import LineMap, rewrite_prose

_MAX_DEPTH = 5
_NAME = r"[A-Za-z][\w-]{0,60}"
_ATTRIBUTE = rf"(?:[.\#]{_NAME}|{_NAME}=(?:\"[^\"\n]{{0,100}}\"|'[^'\n]{{0,100}}'|[^\s{{}}\"'=]{{1,100}}))"
_LIST = rf"\{{[ ]?\.[A-Za-z][\w-]{{0,60}}(?:[ ]+{_ATTRIBUTE}){{0,9}}[ ]?\}}"
_MARK = re.compile(
    rf"""
    ^(?P<indent>[ ]{{0,3}})(?P<box>!!!|\?\?\?\+?)[ \t]+(?P<kind>[A-Za-z][\w-]{{0,40}})[ \t\w-]{{0,80}}?
        (?:[ \t]*"(?P<title>[^"\n]{{0,300}})")?[ \t]*\n(?=(?:[ \t]*\n)?(?:[ ]{{4}}|\t))
    |(?<![\w\]])\[(?P<span>[^\[\]\n]{{1,300}})\]{_LIST}
    |(?P<after>(?<=[)\]`*_|\w.!?])[ ]?|^[ ]{{0,3}}){_LIST}[ \t]*$
    |^[ ]{{0,3}}\*\[[^\[\]\n]{{1,80}}\]:[ \t][^\n]{{1,500}}$       # what an abbreviation means
    |^[ ]{{0,3}}\\(?:newpage|pagebreak|clearpage|tableofcontents)(?:\{{\}})?[ \t]*$
    |(?P<picture>!\[[^\[\]\n]{{0,300}}\]\([^()\s]{{1,1000}}(?:[ ]+"[^"\n]{{0,300}}")?)[ ]+
        =[0-9]{{0,5}}%?x?[0-9]{{0,5}}%?\)
    """,
    re.MULTILINE | re.VERBOSE,
)
# Without any of these a text need not be searched.
_HINTS = Hints("!!!", "???", "{.", "{ .", "*[", "\\newpage", "\\pagebreak", "\\clearpage", "\\tableofcontents", " =")
_INDENTED = re.compile(r"(?:[ \t]*\n|(?:[ ]{4}|\t)[^\n]*(?:\n|\Z))*+")
_INDENT = re.compile(r"^(?:[ ]{4}|\t)", re.MULTILINE)


def read_foreign_marks(text: str, depth: int = 0) -> tuple[str, LineMap]:
    """Return a text without the marks of other programs; their boxes are between lines of colons."""
    if not _HINTS.occur_in(text):
        return text, LineMap()
    return rewrite_prose(text, _MARK, lambda match: _rewritten(match, depth))


def _rewritten(match: re.Match[str], depth: int) -> tuple[str, int]:
    if match["box"]:
        return _box(match, depth)
    if match["picture"]:
        return match["picture"] + ")", match.end()
    return match["span"] or "", match.end()


def _box(match: re.Match[str], depth: int) -> tuple[str, int]:
    """Return a box between lines of colons, what is in it no deeper than what is around it."""
    body = _INDENTED.match(match.string, match.end())
    end = body.end() if body else match.end()
    inside = _INDENT.sub("", match.string[match.end() : end]).strip("\n")
    if depth < _MAX_DEPTH:
        inside = read_foreign_marks(inside, depth + 1)[0]
    colons = ":" * (3 + _MAX_DEPTH - depth)
    folds = match["box"] != "!!!"
    kind = "details" if folds else match["kind"].lower()
    title = match["title"] or (match["kind"].capitalize() if folds else "")
    return f"{match['indent']}{colons} {kind} {title}".rstrip() + f"\n\n{inside}\n\n{colons}\n\n", end
