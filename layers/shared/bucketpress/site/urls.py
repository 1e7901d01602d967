"""Where things are on the site: the paths of listings and archives, and links that are safe to write."""

import re
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit

from bucketpress.content.source_keys import href

_SAFE_SCHEMES = frozenset({"", "http", "https", "mailto"})
# Everything RFC 3986 allows in a reference, "%" included: what an author has encoded stays as it is.
_REFERENCE = "!#$%&'()*,/:;=?@[]~"
# One with attributes: half of all tags have none.
_TAG = re.compile(r'<[a-zA-Z][^"<>]*+(?:"[^"]*+"[^"<>]*+)++>')
_ATTRIBUTE = re.compile(r'([^\s"=<>/]+)="([^"]*)"')
_URL_ATTRIBUTES = frozenset({"cite", "href", "poster", "src"})
# https://html.spec.whatwg.org/#srcset-attribute: a URL neither begins nor ends with a comma.
_CANDIDATE = re.compile(r"([^\s,]\S*[^\s,]|[^\s,])([^,]*(?:,|$))")


def link(target: str) -> str:
    """Return a link an author gave in the settings, percent-encoded where it must be; `#` for an unsafe one."""
    target = target.strip()
    try:
        scheme = urlsplit(target).scheme.lower()
    except ValueError:
        return "#"
    if scheme not in _SAFE_SCHEMES or target.startswith(("//", "/\\", "\\")):
        return "#"
    # In a path of this site "+" is encoded as `href` does it; elsewhere it may mean something else.
    return quote(target, safe=_REFERENCE if target.startswith("/") else _REFERENCE + "+")


def absolute(origin: str, path: str) -> str:
    """Return the absolute URL of a site-absolute path."""
    return origin + href(path)


def absolute_reference(page_url: str, reference: str) -> str:
    """Resolve a reference found on a page; one that cannot be resolved is left as it is."""
    if not reference or reference.startswith("#"):
        return page_url + reference
    if reference.startswith(("https://", "http://")):
        return reference
    try:
        return urljoin(page_url, reference)
    except ValueError:
        return reference


# A body is in the feeds of all posts, of each of its tags and of its authors.
@lru_cache(maxsize=512)
def absolute_html(html: str, page_url: str) -> str:
    """Return sanitised HTML with every URL absolute.

    Sanitised means as nh3 writes it: attributes in double quotes, no `<` in text.
    """

    def in_attribute(match: re.Match[str]) -> str:
        name, value = match[1].lower(), match[2]
        if name in _URL_ATTRIBUTES:
            return f'{match[1]}="{_resolved(value, page_url)}"'
        if name == "srcset":
            return f'{match[1]}="{_CANDIDATE.sub(in_candidate, value)}"'
        return match[0]

    def in_candidate(match: re.Match[str]) -> str:
        return f"{_resolved(match[1], page_url)}{match[2]}"

    return _TAG.sub(lambda tag: _ATTRIBUTE.sub(in_attribute, tag[0]), html)


def _resolved(value: str, page_url: str) -> str:
    # The value is HTML: "&amp;" is the only escape that a URL can hold.
    plain = value.replace("&amp;", "&").strip()
    return absolute_reference(page_url, plain).replace("&", "&amp;")
