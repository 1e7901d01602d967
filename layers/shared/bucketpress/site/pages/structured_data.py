"""The structured data of a post and of the site for search engines: JSON-LD (https://schema.org)."""

import json
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import SourceKind
from bucketpress.site.pages.template_context import Byline, Item, Link, Picture, site_name
from bucketpress.site.text import clean, rfc3339
from bucketpress.site.urls import absolute, link

# Inside a script element none of these may appear as such; in JSON each can be written as an escape.
_ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def describe_post(
    settings: SiteSettings, item: Item, *, authors: Sequence[Byline], tags: Sequence[Link], picture: Picture | None
) -> Markup:
    """Return the description of a post as JSON that is safe inside a script element."""
    entry = item.entry
    url = absolute(settings.url, entry.path)
    kind = "NewsArticle" if settings.publication == "news" else "BlogPosting"
    members: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": kind if entry.kind is SourceKind.POST else "WebPage",
        "headline": clean(entry.title),
        "description": clean(entry.summary),
        "url": url,
        "mainEntityOfPage": url,
        "datePublished": rfc3339(entry.published) if entry.published else None,
        "dateModified": rfc3339(entry.modified) if entry.modified else None,
        "author": [{"@type": "Person", "name": clean(who.name), "url": settings.url + who.url} for who in authors],
        "publisher": _publisher(settings),
        "image": _image(picture) if picture else None,
        "keywords": [clean(tag.label) for tag in tags],
        "inLanguage": entry.lang or settings.language,
        "wordCount": item.body.words,
    }
    return _written(members)


def describe_site(settings: SiteSettings) -> Markup:
    """Return the description of the site as JSON that is safe inside a script element."""
    return _written(
        {
            "@context": "https://schema.org",
            "@type": "WebSite",
            "name": clean(site_name(settings)),
            "description": clean(settings.description),
            "url": absolute(settings.url, "/"),
            "inLanguage": settings.language,
            "publisher": _publisher(settings),
        }
    )


def _publisher(settings: SiteSettings) -> Mapping[str, object]:
    members: dict[str, object] = {
        "@type": "Organization",
        "name": clean(site_name(settings)),
        "url": absolute(settings.url, "/"),
        "logo": settings.url + link(settings.appearance.logo) if settings.appearance.logo else "",
        "sameAs": [link(item.path) for item in settings.appearance.social if not item.path.startswith("mailto:")],
    }
    return {name: value for name, value in members.items() if value}


def _image(picture: Picture) -> str | Mapping[str, object]:
    cover = picture.cover
    if not cover.width:
        return cover.url
    return {"@type": "ImageObject", "url": cover.url, "width": cover.width, "height": cover.height}


def _written(members: Mapping[str, object]) -> Markup:
    known = {name: value for name, value in members.items() if value}
    text = json.dumps(known, ensure_ascii=False, separators=(",", ":"))
    # Every character with a meaning in HTML has just been escaped, and the values were cleaned before.
    return Markup(text.translate(_ESCAPES))  # noqa: S704
