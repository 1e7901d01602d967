"""Adds to the reports of a folder's files what makes their pages hard to read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import unquote

from bucketpress.content.encoding import PlaceFinder, decode
from bucketpress.content.html.completion import resolve_links
from bucketpress.content.post import State
from bucketpress.content.post_reader import MAX_POST_BYTES, read_post
from bucketpress.content.problem import Problem, in_source_order
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import SourceKind, classify
from bucketpress.records.record import Record
from bucketpress.services.build import Build
from bucketpress.services.queries.folder_report import FileReport
from bucketpress.services.queries.page_faults import page_faults
from bucketpress.services.queries.site_addresses import addresses_of
from bucketpress.site.impact import Shown
from bucketpress_cli.checks.external_links import ExternalLinks

_TEXTS = frozenset({SourceKind.POST, SourceKind.PAGE})
_UNPUBLISHED = frozenset({State.DRAFT, State.SCHEDULED})


def with_page_faults(
    site: Build, records: Sequence[Record], reports: Sequence[FileReport], external: ExternalLinks | None = None
) -> tuple[FileReport, ...]:
    """Return reports with the faults of the pages, drafts too; `external` asks other sites."""
    stored = site.publisher.index.settings()
    if stored is None:
        return tuple(reports)
    texts = {record.key: _text(site, record) for record in records if record.kind in _TEXTS and record.version}
    htmls = _htmls(site, records, texts, stored.settings)
    addresses = addresses_of(records, stored.settings, htmls)
    languages = {record.key: _language(record, stored.settings) for record in records}
    if external:
        external.look_up(htmls.values())
    found: dict[str, tuple[Problem, ...]] = {}
    for key, html in htmls.items():
        locate = _locator(texts[key])
        language = languages[key]
        more = external.faults(html, locate) if external else ()
        found[key] = (*page_faults(html, language, addresses, locate), *more)
    return tuple(
        replace(report, problems=in_source_order((*report.problems, *found[report.key])))
        if report.key in found
        else report
        for report in reports
    )


def _htmls(
    site: Build, records: Sequence[Record], texts: Mapping[str, str], settings: SiteSettings
) -> Mapping[str, str]:
    """Return the text of every page as HTML by key; links of drafts to other sources are not followed."""
    public = [record.key for record in records if record.key in texts and record.published_path]
    htmls = {key: body.html for key, body in site.publisher.index.bodies(public, markdown=False).items()}
    for record in records:
        if record.key in texts and record.state in _UNPUBLISHED:
            post, _ = read_post(classify(record.key), texts[record.key].encode(), settings)
            if post is not None:
                htmls[record.key] = resolve_links(post.body.html, {})
    return htmls


def _text(site: Build, record: Record) -> str:
    if record.version is None:
        return ""
    decoded = decode(site.content.read_range(record.version, 0, MAX_POST_BYTES))
    return "" if isinstance(decoded, Problem) else decoded.text


def _language(record: Record, settings: SiteSettings) -> str:
    own = record.shown.entry.lang if isinstance(record.shown, Shown) else None
    return own or settings.language


def _locator(text: str) -> Callable[[str], tuple[int, int] | None]:
    find = PlaceFinder(text, 1)

    def locate(piece: str) -> tuple[int, int] | None:
        return (find(piece) or find(unquote(piece))) if piece else None

    return locate
