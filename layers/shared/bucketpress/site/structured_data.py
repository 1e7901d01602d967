"""What search engines read of a post: JSON-LD (https://schema.org/BlogPosting)."""

import json
from collections.abc import Sequence

from markupsafe import Markup

from bucketpress.content.site_profile import SiteSettings
from bucketpress.site.text import clean, rfc3339
from bucketpress.site.urls import absolute
from bucketpress.site.views import Byline, Item, Link, Picture, site_name

# Inside a script element none of these may appear as such; in JSON each can be written as an escape.
_ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def json_ld(
    settings: SiteSettings, item: Item, *, authors: Sequence[Byline], tags: Sequence[Link], picture: Picture | None
) -> Markup:
    """Describe a post as JSON that is safe inside a script element."""
    entry = item.entry
    url = absolute(settings.url, entry.path)
    publisher = {"@type": "Organization", "name": clean(site_name(settings)), "url": absolute(settings.url, "/")}
    members: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "WebPage" if entry.published is None else "BlogPosting",
        "headline": clean(entry.title),
        "description": clean(entry.summary),
        "url": url,
        "mainEntityOfPage": url,
        "datePublished": rfc3339(entry.published) if entry.published else None,
        "dateModified": rfc3339(entry.modified) if entry.modified else None,
        "author": [{"@type": "Person", "name": clean(who.name), "url": settings.url + who.url} for who in authors],
        "publisher": publisher,
        "image": picture.absolute_url if picture else None,
        "keywords": [clean(tag.label) for tag in tags],
        "inLanguage": entry.lang or settings.language,
        "wordCount": item.body.words,
    }
    known = {name: value for name, value in members.items() if value}
    text = json.dumps(known, ensure_ascii=False, separators=(",", ":"))
    # Every character with a meaning in HTML has just been escaped, and the values were cleaned before.
    return Markup(text.translate(_ESCAPES))  # noqa: S704
