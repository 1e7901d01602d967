"""Reads a Markdown source: from its bytes to a post, or to what is wrong with it."""

from dataclasses import dataclass, replace
from functools import lru_cache
from zoneinfo import ZoneInfo

from bucketpress.content.dialects.registry import translate
from bucketpress.content.encoding import PlaceFinder, decode
from bucketpress.content.front_matter import keys
from bucketpress.content.front_matter.addresses import address_of, canonical_of, file_name
from bucketpress.content.front_matter.aliases import aliases_of
from bucketpress.content.front_matter.doubts import note_doubts
from bucketpress.content.front_matter.envelope import Envelope, open_envelope
from bucketpress.content.front_matter.fields import Fields
from bucketpress.content.front_matter.names import MATH_KEYS, TITLE_KEYS
from bucketpress.content.front_matter.syntax.tree import TRUTHS, Scalar
from bucketpress.content.front_matter.tags_and_authors import authors_of, tags_of
from bucketpress.content.html import blocks
from bucketpress.content.html.links import Links
from bucketpress.content.markdown.comments.removal import leave_out_comments
from bucketpress.content.markdown.extensions import readable
from bucketpress.content.markdown.formulas import asks_for_formulas
from bucketpress.content.markdown.line_map import LineMap
from bucketpress.content.markdown.render import Parsed, Rendered, parse_markdown, render
from bucketpress.content.post import Body, Entry, Post
from bucketpress.content.problem import Problem, error, has_errors, in_source_order
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import SourceKey, SourceKind
from bucketpress.content.translations import translation_problem

MAX_POST_BYTES = 256 * 1024
MAX_TITLE_CHARACTERS = 300

Outcome = tuple[Post | None, tuple[Problem, ...]]


def size_problem(size: int) -> Problem:
    """Return the problem of a source of so many bytes being too large."""
    message = f"A post may have {MAX_POST_BYTES:,} bytes; this one has {size:,}."
    return error(message, "Split it, or move pictures out of the text into files of their own.")


def read_post(source: SourceKey, data: bytes, settings: SiteSettings) -> Outcome:
    """Read the bytes of a post or page. With an error among the problems there is no post."""
    if len(data) > MAX_POST_BYTES:
        return None, (size_problem(len(data)),)
    decoded = decode(data)
    if isinstance(decoded, Problem):
        return None, (decoded,)
    envelope = open_envelope(decoded.text)
    body = _read_body(source, envelope, settings)
    found = (*decoded.problems, *envelope.problems, *body.problems)
    if has_errors(envelope.problems):
        return None, in_source_order(found)
    post, odd = _assemble(source, replace(envelope, body=body.markdown), body, settings)
    problems = in_source_order((*found, *odd))
    return None if has_errors(problems) else post, problems


@dataclass(frozen=True, slots=True, kw_only=True)
class _WrittenBody:
    """The text of a post as plain Markdown, without comments: where its lines come from, and how it is parsed."""

    markdown: str
    lines: LineMap
    first_line: int
    parsed: Parsed
    problems: tuple[Problem, ...]


def _read_body(source: SourceKey, envelope: Envelope, settings: SiteSettings) -> _WrittenBody:
    variables = {key.text: node.text for key, node in envelope.fields.pairs if isinstance(node, Scalar)}
    first_line = envelope.first_line
    translated = translate(envelope.body, source.key, settings, variables, first_line=first_line)
    text = leave_out_comments(translated.text, raw_html=settings.raw_html)
    odd = [
        replace(problem, line=translated.lines.old_line(problem.line - 1) + first_line) if problem.line else problem
        for problem in text.problems
    ]
    written = text.source
    asked = next((variables[name].strip().lower() for name in MATH_KEYS if name in variables), "")
    math = TRUTHS.get(asked, settings.math or asks_for_formulas(written)) is True
    parsed = parse_markdown(written, settings, first_line=first_line, lines=translated.lines, math=math)
    return _WrittenBody(
        markdown=text.markdown,
        lines=translated.lines,
        first_line=first_line,
        parsed=parsed,
        problems=(*translated.problems, *odd, *parsed.problems),
    )


def _assemble(
    source: SourceKey, envelope: Envelope, body: "_WrittenBody", settings: SiteSettings
) -> tuple[Post, list[Problem]]:
    fields = Fields(envelope.fields)
    named = file_name(source)
    zone = _zone(settings.timezone)
    draft = keys.is_draft(fields, source)
    dates = keys.dates_of(fields, source, named, zone, draft=draft)
    title, parsed = _title(fields, body.parsed, named.title)
    if not draft:
        note_doubts(fields, title, envelope.body, envelope.first_line)
    slug, path = address_of(fields, source, title, dates.published, settings)
    rendered, links = _render(source, replace(body, parsed=parsed), path, settings)
    image = keys.image_of(fields, links)
    is_page = source.kind is SourceKind.PAGE
    entry = Entry(
        key=source.key,
        kind=source.kind,
        id=keys.identity_of(fields, source),
        slug=slug,
        path=path,
        title=title,
        published=dates.published,
        updated=dates.updated,
        summary=keys.summary_of(fields) or rendered.summary,
        tags=() if is_page else tags_of(fields, settings),
        authors=() if is_page else authors_of(fields, settings),
        image=image.url,
        image_alt=image.alt,
        lang=keys.language_of(fields),
        toc=fields.wish("toc") or parsed.toc,
        canonical=canonical_of(fields, path, settings),
    )
    post = Post(
        entry=entry,
        body=Body(html=rendered.html, markdown=readable(body.markdown), words=rendered.words),
        draft=draft,
        goes_live=dates.goes_live,
        expires=dates.expires,
        links=rendered.links,
        places=links.places,
        images=tuple(links.images),
        files=tuple(key for key in links.files if key not in links.images),
        image_keys=image.keys,
        aliases=aliases_of(fields, path, settings),
        extra=keys.extra_of(fields),
    )
    # What waits in a folder of drafts needs no other reason to wait.
    translated = None if source.draft else translation_problem(named.language, settings.language)
    odd = [*fields.problems, *rendered.problems, *_long_title(title, fields, envelope)]
    return post, [*odd, *([translated] if translated else [])]


def _long_title(title: str, fields: Fields, envelope: Envelope) -> list[Problem]:
    if len(title) <= MAX_TITLE_CHARACTERS:
        return []
    found = fields.node(*TITLE_KEYS)
    line, column = (found[1].line, found[1].column) if found else (envelope.first_line, 1)
    message = f"A title may have {MAX_TITLE_CHARACTERS} characters; this one has {len(title):,}."
    return [error(message, "Write a short `title: …` and leave the rest to the text.", line, column)]


def _title(fields: Fields, parsed: Parsed, otherwise: str) -> tuple[str, Parsed]:
    """Return the title; the heading that gives or repeats it leaves the body, so that a page has one `h1`."""
    written = " ".join((fields.text(*TITLE_KEYS) or "").split())
    heading, without = blocks.take_heading(parsed.tokens)
    if heading and written in {"", heading}:
        return heading, replace(parsed, tokens=without)
    return written or otherwise or "Untitled", parsed


def _render(source: SourceKey, body: "_WrittenBody", path: str, settings: SiteSettings) -> tuple[Rendered, Links]:
    find = PlaceFinder(body.markdown, 0)

    def locate(text: str) -> tuple[int, int] | None:
        found = find(text)
        return (body.lines.old_line(found[0]) + body.first_line, found[1]) if found else None

    links = Links(source.key, path, locate, settings.url)
    return render(body.parsed, links, settings), links


@lru_cache(maxsize=8)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
