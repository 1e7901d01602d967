"""Reads `site.yaml`: what each of its keys means."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from bucketpress.content.encoding import UNPRINTABLE, decode
from bucketpress.content.front_matter.fields import Fields, items_of, nearest
from bucketpress.content.front_matter.permalinks import (
    TOKENS,
    AddressParts,
    expand,
    names_each_post,
    spelled_out,
    unknown_token,
    whole_pattern,
)
from bucketpress.content.front_matter.syntax.key_form import key_form
from bucketpress.content.front_matter.syntax.lenient_yaml import read_lenient
from bucketpress.content.front_matter.syntax.tree import (
    FormatError,
    Mapping,
    Node,
    Scalar,
    Sequence,
    repeated_keys,
)
from bucketpress.content.international_names import ascii_host
from bucketpress.content.paths import is_made, page_path
from bucketpress.content.problem import Problem, error, has_errors, in_source_order
from bucketpress.content.settings.appearance import read_appearance
from bucketpress.content.settings.menu import LINK, read_menu
from bucketpress.content.settings.profiles import author_profile, read_profiles, tag_profile
from bucketpress.content.settings.redirects import read_redirects
from bucketpress.content.settings.site_settings import DIALECT_NAMES, SiteSettings
from bucketpress.content.slugs import SlugStyle

_UNDERSTOOD = (
    *("title", "url", "description", "language", "timezone", "permalink", "slugs"),
    *("posts_per_page", "feed_items", "feed_content", "smart_punctuation", "raw_html", "dialect", "math"),
    *("embed_hosts", "menu", "authors", "tags"),
    *("publication", "hub", "search", "appearance", "redirects", "id"),
)
_SAMPLE = AddressParts(slug="x", filename="x", section="x", published=datetime(2010, 3, 5, tzinfo=UTC))
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_HOST = re.compile(r"[a-z0-9][a-z0-9-]{0,62}(?:\.[a-z0-9][a-z0-9-]{0,62}){1,10}", re.IGNORECASE)
_ORIGIN_HOST = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")

MAX_SETTINGS_BYTES = 64 * 1024


def read_site_settings(data: bytes, *, default_url: str) -> tuple[SiteSettings | None, tuple[Problem, ...]]:
    """Read `site.yaml`; `default_url` is used where it has no `url`. With an error there are no settings."""
    if len(data) > MAX_SETTINGS_BYTES:
        message = f"site.yaml may have {MAX_SETTINGS_BYTES:,} bytes; this one has {len(data):,}."
        return None, (error(message, "Make it smaller."),)
    decoded = decode(data)
    if isinstance(decoded, Problem):
        return None, (decoded,)
    if not decoded.text.strip():
        fix = "Write a line such as `title: My site`; until then an older version stays."
        return None, (error("site.yaml is empty.", fix, 1, 1),)
    try:
        tree, repairs = read_lenient(decoded.text)
    except FormatError as bad:
        return None, in_source_order((*decoded.problems, *bad.problems, bad.problem))
    if tree is not None and not isinstance(tree, Mapping):
        wrong = error("site.yaml must be lines of `key: value`.", "Write `title: My site`.", tree.line, tree.column)
        return None, (*decoded.problems, wrong)
    settings, found = _understand(tree or Mapping(pairs=(), line=1, column=1), default_url)
    problems = in_source_order((*decoded.problems, *repairs, *found))
    return None if has_errors(problems) else settings, problems


def _understand(tree: Mapping, default_url: str) -> tuple[SiteSettings, tuple[Problem, ...]]:
    """Return the settings in the mapping of `site.yaml`, with the problems found in it."""
    fields = Fields(tree)
    fields.problems += _repetitions(tree)
    defaults = SiteSettings(url=default_url.rstrip("/"))
    slugs = _one_of(fields, "slugs", tuple(SlugStyle)) or defaults.slugs
    url = _url(fields) or defaults.url
    search = _search(fields)
    redirects, redirect_prefixes = read_redirects(fields, url)
    settings = SiteSettings(
        url=url,
        title=fields.text("title") or defaults.title,
        description=fields.text("description") or "",
        language=_language(fields) or defaults.language,
        timezone=_timezone(fields) or defaults.timezone,
        permalink=_permalink(fields) or defaults.permalink,
        slugs=slugs,
        posts_per_page=fields.number("posts_per_page", 1, 100) or defaults.posts_per_page,
        feed_items=fields.number("feed_items", 1, 100) or defaults.feed_items,
        feed_content=_one_of(fields, "feed_content", ("full", "summary")) or defaults.feed_content,
        smart_punctuation=fields.flag("smart_punctuation") is not False,
        dialect=_one_of(fields, "dialect", DIALECT_NAMES) or "",
        math=fields.flag("math") is True,
        raw_html=fields.flag("raw_html") is not False,
        embed_hosts=tuple(_hosts(fields)) if fields.node("embed_hosts") else defaults.embed_hosts,
        publication=_one_of(fields, "publication", ("blog", "news")) or defaults.publication,
        hub=_hub(fields),
        search=search != "no",
        search_box=search == "box",
        menu=tuple(read_menu(fields)),
        appearance=read_appearance(fields),
        authors=read_profiles(fields, "authors", slugs, author_profile),
        tags=read_profiles(fields, "tags", slugs, tag_profile),
        redirects=redirects,
        redirect_prefixes=redirect_prefixes,
    )
    _note_unknown(fields)
    return settings, tuple(fields.problems)


def _repetitions(node: Node) -> Iterator[Problem]:
    """Report each repeated key of one mapping as an error: settings are not guessed."""
    if isinstance(node, Sequence):
        for item in node.items:
            yield from _repetitions(item)
    if isinstance(node, Mapping):
        for key, first in repeated_keys(node, str):
            message = f"The key {key.text} is written twice, first in line {first}."
            yield error(message, "Keep one of the two.", key.line, key.column)
        for _, value in node.pairs:
            yield from _repetitions(value)


def _url(fields: Fields) -> str | None:
    found = fields.scalar("url")
    if found is None:
        return None
    text = found[1].text.strip()
    try:
        parts = urlsplit(text)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        parts, port_fits = urlsplit(""), False
    fix = "Write the address readers see, such as `url: https://blog.example`."
    host = ascii_host(parts.netloc)
    if parts.scheme not in {"http", "https"} or not _ORIGIN_HOST.fullmatch(host) or not port_fits:
        fields.error(found[1], f'url must begin with https:// or http:// and name a host; "{text}" does not.', fix)
        return None
    if parts.path.strip("/") or parts.query or parts.fragment:
        fields.error(found[1], "url must not have a path: the site is always at the root of its host.", fix)
        return None
    return f"{parts.scheme}://{host.lower()}"


def _language(fields: Fields) -> str | None:
    found = fields.scalar("language")
    if found and not _LANGUAGE.fullmatch(found[1].text.strip()):
        fields.error(found[1], f'"{found[1].text}" is not a language code.', "Write one such as en, de or pt-BR.")
        return None
    return found[1].text.strip() if found else None


def _timezone(fields: Fields) -> str | None:
    found = fields.scalar("timezone")
    if found is None:
        return None
    name = found[1].text.strip()
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError):
        zones = {zone.lower(): zone for zone in available_timezones()}
        like = nearest(name, list(zones))
        hint = f"Did you mean {zones[like]}?" if like else "Write a name such as Europe/London or Asia/Shanghai."
        fields.error(found[1], f'There is no time zone "{name}".', hint)
        return None


def _permalink(fields: Fields) -> str | None:
    found = fields.scalar("permalink")
    if found is None:
        return None
    pattern = spelled_out(found[1].text.strip())
    fault = _pattern_fault(pattern)
    if fault:
        fields.error(found[1], f"permalink {fault}.", "Write a pattern such as /:year/:month/:slug/.")
        return None
    return whole_pattern(pattern)


def _pattern_fault(pattern: str) -> str | None:
    if unknown := unknown_token(pattern):
        return f"knows {', '.join(TOKENS)}; {unknown} is none of them"
    if not names_each_post(pattern):
        return "must contain :slug, :title or :filename, or all posts would have one address"
    segments = pattern[1:].removesuffix("/").split("/")
    if any(segment in {"", ".", ".."} for segment in segments) or re.search(r"[\s?#%\\]", pattern):
        return "must be a plain path, without spaces, empty parts, ?, # and %"
    if is_made(page_path(expand(pattern, _SAMPLE))):
        return "would give posts the addresses of pages that Bucketpress makes itself: put another folder first"
    return None


def _one_of(fields: Fields, name: str, words: tuple[str, ...]) -> str | None:
    found = fields.scalar(name)
    if found and found[1].text.strip() not in words:
        fields.error(
            found[1], f"{name} must be {', '.join(words[:-1])} or {words[-1]}.", f"Write `{name}: {words[0]}`."
        )
        return None
    return found[1].text.strip() if found else None


def _search(fields: Fields) -> str:
    """Return whether there is a search: `page`, `box` for one on every page as well, or `no`."""
    found = fields.scalar("search")
    if found and found[1].text.strip().lower() == "box":
        return "box"
    return "page" if found is None or fields.flag("search") is not False else "no"


def _hub(fields: Fields) -> str:
    found = fields.scalar("hub")
    if found is None:
        return ""
    address = found[1].text.strip()
    if address.startswith("https://") and LINK.fullmatch(address) and not UNPRINTABLE.search(address):
        return address
    fields.error(found[1], f'hub must be the address of a WebSub hub; "{address}" is not.', "Begin it with https://.")
    return ""


def _hosts(fields: Fields) -> Iterator[str]:
    found = fields.node("embed_hosts")
    for item in items_of(found[1]) if found else ():
        if isinstance(item, Scalar) and _HOST.fullmatch(item.text.strip()):
            yield item.text.strip().lower()
        else:
            fields.error(item, "embed_hosts must be a list of host names.", "Write names such as player.vimeo.com.")


def _note_unknown(fields: Fields) -> None:
    understood = frozenset(map(key_form, _UNDERSTOOD))
    for key, _ in fields.mapping.pairs:
        if key_form(key.text) not in understood:
            like = nearest(key.text, list(_UNDERSTOOD))
            fix = f"Did you mean {like}?" if like else "Delete it, or look at the list of settings."
            fields.warning(key, f"{key.text} is not a setting.", fix)
