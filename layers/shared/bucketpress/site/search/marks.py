"""Marks in a text the words that a query looked for. The result is safe HTML: everything else is escaped."""

from collections.abc import Iterator
from html import escape

from bucketpress.site.search.query import Part, Query
from bucketpress.site.search.words import forms_of, is_paired, key_of, normal, spans_of

BEGIN, END = "<mark>", "</mark>"


def marked(text: str, query: Query) -> str:
    """Return a text as HTML with every word of a query marked."""
    made: list[str] = []
    last = 0
    for begin, end in _joined(_found(text, query)):
        made.append(f"{escape(text[last:begin])}{BEGIN}{escape(text[begin:end])}{END}")
        last = end
    return "".join([*made, escape(text[last:])])


def _found(text: str, query: Query) -> Iterator[tuple[int, int]]:
    words: set[str] = set()
    beginnings: set[str] = set()
    runs: set[str] = set()
    for part in query.wanted:
        _sort_in(part, words, beginnings, runs)
    for begin, end in spans_of(text):
        written = text[begin:end]
        if is_paired(written):
            yield from ((begin + at, begin + to) for at, to in _of_runs(written, runs))
            continue
        keys = [key_of(form) for form in forms_of(written)]
        if any(key in words or any(key.startswith(each) for each in beginnings) for key in keys):
            yield begin, end


def _sort_in(part: Part, words: set[str], beginnings: set[str], runs: set[str]) -> None:
    """Add what a part looks for to whole words, beginnings of words, and runs of paired characters."""
    run = ""
    for place, form in enumerate(part.forms):
        if is_paired(form):
            is_same = bool(run) and run[-1] == form[0]
            runs |= {run} if run and not is_same else set()
            run = run + form[1:] if is_same else form
            continue
        keys = part.keys or (key_of(form),)
        is_open = part.is_open and place == len(part.forms) - 1
        (beginnings if is_open else words).update(keys)
    runs |= {run} if run else set()


def _of_runs(written: str, runs: set[str]) -> Iterator[tuple[int, int]]:
    """Yield where a run of paired characters has one that is looked for; all of it where forms change its length."""
    compared = normal(written)
    for run in runs:
        at = compared.find(run)
        while at >= 0:
            if len(compared) != len(written):
                yield 0, len(written)
                break
            yield at, at + len(run)
            at = compared.find(run, at + 1)


def _joined(spans: Iterator[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in order, those that touch or overlap as one."""
    joined: list[tuple[int, int]] = []
    for begin, end in sorted(set(spans)):
        if joined and begin <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((begin, end))
    return joined
