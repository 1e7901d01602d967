"""What `site.yaml` could say so that a blog that has moved here keeps its addresses and its dates."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bucketpress.content.dialects.registry import DIALECTS, translate
from bucketpress.content.front_matter.addresses import file_name
from bucketpress.content.front_matter.envelope import Envelope, open_envelope
from bucketpress.content.front_matter.syntax.tree import Scalar
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import SourceKind, classify
from bucketpress.records.record import Record
from bucketpress.site.impact import Shown

FEWEST_POSTS = 3  # Fewer may agree by chance.
LEAST_SHARE = 0.5
LEAST_SHARE_OF_OFFSETS = 0.8
MOST_READ = 300
# What the dialects differ in, outside code between backticks.
_TAGS = re.compile(r"\{%|\{\{|\[\[[^\[\]\n]+\]\]|\{(?:filename|static|attach)\}|\]\(@/|^:::|^%%", re.MULTILINE)
_END = re.compile(r"/(?:index\.html?)?$")
_EXTENSION = re.compile(r"\.html?$")
_DATED = re.compile(r"\d{4}-\d{1,2}-\d{1,2}-")
# The zones whose offsets, the year round, are these; of several the one with most people.
_ZONES = {
    frozenset({"+0000", "+0100"}): "Europe/London",
    frozenset({"+0100"}): "Europe/Berlin",
    frozenset({"+0200"}): "Europe/Berlin",
    frozenset({"+0100", "+0200"}): "Europe/Berlin",
    frozenset({"+0200", "+0300"}): "Europe/Athens",
    frozenset({"+0300"}): "Europe/Istanbul",
    frozenset({"+0530"}): "Asia/Kolkata",
    frozenset({"+0700"}): "Asia/Bangkok",
    frozenset({"+0800"}): "Asia/Shanghai",
    frozenset({"+0900"}): "Asia/Tokyo",
    frozenset({"+1000", "+1100"}): "Australia/Sydney",
    frozenset({"-0300"}): "America/Sao_Paulo",
    frozenset({"-0400", "-0500"}): "America/New_York",
    frozenset({"-0400"}): "America/New_York",
    frozenset({"-0500"}): "America/New_York",
    frozenset({"-0500", "-0600"}): "America/Chicago",
    frozenset({"-0600", "-0700"}): "America/Denver",
    frozenset({"-0700", "-0800"}): "America/Los_Angeles",
    frozenset({"-0700"}): "America/Los_Angeles",
    frozenset({"-0800"}): "America/Los_Angeles",
}
_WRITTEN_OFFSET = re.compile(
    r"""^["']?(?:date|pubdate|published|publishdate|published_at|created)["']?[ \t]*[:=][^\n]{0,60}?"""
    r"""\d{2}:\d{2}(?::[\d.]+)?[ \t]?(?P<hours>[+-]\d{2}):?(?P<minutes>\d{2})["',]*[ \t]*$""",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedPost:
    """A published post and the addresses it is known to have had elsewhere."""

    key: str
    slug: str
    path: str
    published: datetime
    old: tuple[str, ...]

    @property
    def keeps(self) -> bool:
        """Whether it stands where it stood before, a slash at the end aside."""
        return bare(self.path) in map(bare, self.old)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A line to put into `site.yaml`, and what it does."""

    line: str
    effect: str

    def __str__(self) -> str:
        """Return both as a sentence."""
        return f"`{self.line}` in site.yaml {self.effect}"


def moved_posts(records: Iterable[Record], old_addresses: Collection[str]) -> tuple[MovedPost, ...]:
    """Return the published posts with old addresses: their aliases, and those of a list whose last part is theirs."""
    by_name: defaultdict[str, list[str]] = defaultdict(list)
    for address in sorted(set(old_addresses)):
        last = _EXTENSION.sub("", bare(address)).rpartition("/")[2]
        for name in {last, _DATED.sub("", last, count=1)}:
            by_name[name].append(address)
    posts = []
    for record in records:
        entry = record.shown.entry if isinstance(record.shown, Shown) and record.kind is SourceKind.POST else None
        if entry is None or entry.published is None:
            continue
        aliases = (path for path in record.live_paths if path != record.path)
        names = dict.fromkeys((file_name(classify(record.key)).name, entry.slug))
        old = dict.fromkeys((*aliases, *(address for name in names for address in by_name.get(name, ()))))
        if old:
            posts.append(
                MovedPost(key=record.key, slug=entry.slug, path=entry.path, published=entry.published, old=tuple(old))
            )
    return tuple(posts)


def suggest_permalink(posts: Sequence[MovedPost], settings: SiteSettings) -> Suggestion | None:
    """Return the pattern that most old addresses follow, when it keeps more of them than the present one."""
    keepers: defaultdict[str, set[str]] = defaultdict(set)
    for post in posts:
        for address in post.old:
            for pattern in patterns_of(address, post):
                keepers[pattern].add(post.key)
    if not keepers:
        return None
    best = min(keepers, key=lambda pattern: (-len(keepers[pattern]), ":filename" in pattern, pattern))
    kept, now = len(keepers[best]), sum(post.keeps for post in posts)
    if kept < FEWEST_POSTS or kept < LEAST_SHARE * len(posts) or kept <= now or best == settings.permalink:
        return None
    share, before = f"{100 * kept // len(posts)}%", f"{100 * now // len(posts)}%"
    effect = f"keeps {share} of the {len(posts):,} old addresses that are known; now {before} are kept."
    return Suggestion(line=f"permalink: {best}", effect=effect)


def suggest_slugs(posts: Sequence[MovedPost], settings: SiteSettings) -> Suggestion | None:
    """Return the spelling of file names, when addresses in it are more of the old ones than the present ones are."""
    kept, now = sum(map(_keeps_as_file_name, posts)), sum(post.keeps for post in posts)
    if settings.slugs == "filename" or kept <= now or kept < FEWEST_POSTS or kept < LEAST_SHARE * len(posts):
        return None
    share, before = f"{100 * kept // len(posts)}%", f"{100 * now // len(posts)}%"
    effect = f"keeps {share} of the {len(posts):,} old addresses that are known; now {before} are kept."
    return Suggestion(line="slugs: filename", effect=effect)


def _keeps_as_file_name(post: MovedPost) -> bool:
    """Return whether a post would stand where it stood before if its file name were spelled as it is."""
    name = file_name(classify(post.key)).name
    head, slug, tail = bare(post.path).rpartition(post.slug)
    spelled = f"{head}{name}{tail}" if slug and name else post.path
    return bare(spelled) in map(bare, post.old)


def suggest_dialect(texts: Mapping[str, str], settings: SiteSettings) -> Suggestion | None:
    """Return the dialect in which most posts are read whole, when these are more than now; `texts` are by key."""
    tagged = [(key, text) for key, text in texts.items() if _TAGS.search(text)][:MOST_READ]
    if settings.dialect or len(tagged) < FEWEST_POSTS:
        return None
    opened = [(key, open_envelope(text)) for key, text in tagged]
    now = _read_whole(opened, settings)
    whole = {name: _read_whole(opened, replace(settings, dialect=name)) for name in DIALECTS}
    best = max(DIALECTS, key=lambda name: (whole[name], name))
    if whole[best] - now < max(FEWEST_POSTS, len(tagged) // 20):
        return None
    effect = (
        f"reads {100 * whole[best] // len(tagged)}% of the {len(tagged):,} posts with template syntax whole;"
        f" now {100 * now // len(tagged)}%."
    )
    return Suggestion(line=f"dialect: {best}", effect=effect)


def _read_whole(opened: Iterable[tuple[str, Envelope]], settings: SiteSettings) -> int:
    """Return of how many texts nothing is left out, and no template syntax is left."""
    whole = 0
    for key, envelope in opened:
        variables = {name.text: node.text for name, node in envelope.fields.pairs if isinstance(node, Scalar)}
        read = translate(envelope.body, key, settings, variables)
        whole += not read.problems and not _TAGS.search(read.text)
    return whole


def patterns_of(address: str, post: MovedPost) -> Iterator[str]:
    """Yield the permalink patterns that give a post an old address."""
    *above, last = bare(address).strip("/").split("/")
    ending = _EXTENSION.search(last)
    last = _EXTENSION.sub("", last)
    named = file_name(classify(post.key))
    for token, name in {":slug": post.slug, ":filename": named.name}.items():
        if not name or not last.endswith(name):
            continue
        prefix = last[: -len(name)]
        if prefix and not _DATED.fullmatch(prefix):
            continue
        segments = list(_tokens(above, post.published, "/".join(named.folders)))
        start = "-".join(_tokens(prefix.rstrip("-").split("-"), post.published, "")) + "-" if prefix else ""
        yield "/" + "/".join([*segments, f"{start}{token}"]) + (ending[0] if ending else "/")


def suggest_timezone(heads: Iterable[str], settings: SiteSettings) -> Suggestion | None:
    """Return the zone most dates are written in, where the site is left at UTC; `heads` are the beginnings of posts."""
    if settings.timezone != "UTC":
        return None
    offsets = Counter(found["hours"] + found["minutes"] for head in heads if (found := _WRITTEN_OFFSET.search(head)))
    dated = offsets.total()
    common = [(offset, count) for offset, count in offsets.most_common(2) if count > dated / 20]
    zone = _ZONES.get(frozenset(offset for offset, _ in common))
    agreed = sum(count for _, count in common)
    if zone is None or agreed < FEWEST_POSTS or agreed < LEAST_SHARE_OF_OFFSETS * dated:
        return None
    written = " or ".join(offset for offset, _ in common)
    effect = f"shows the dates of {agreed:,} posts as they are written, with {written}; another zone may be meant."
    return Suggestion(line=f"timezone: {zone}", effect=effect)


def bare(address: str) -> str:
    """Return an address without what may differ at its end: a slash or `index.html`."""
    return _END.sub("", address)


def _tokens(parts: Sequence[str], day: datetime, folders: str) -> Iterator[str]:
    """Yield the parts of an address as tokens: year, month and day in this order, folders as a whole."""
    inside = "/".join(parts)
    if folders and (inside == folders or inside.endswith(f"/{folders}")):
        parts = [*parts[: len(parts) - folders.count("/") - 1], folders]
    waiting = [
        ((f"{day.year:04d}", ":year"),),
        ((f"{day.month:02d}", ":month"), (f"{day.month}", ":i_month")),
        ((f"{day.day:02d}", ":day"), (f"{day.day}", ":i_day")),
    ]
    for part in parts:
        token = next((token for text, token in waiting[0] if text == part), None) if waiting else None
        if token:
            waiting.pop(0)
        yield token or (":folders" if part == folders else part)
