"""Aliases: other addresses that redirect to a post. One that cannot be served costs a warning and no more."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from bucketpress.content.front_matter.fields import Fields, items_of
from bucketpress.content.front_matter.syntax.tree import Scalar
from bucketpress.content.paths import claim_path, own_path, page_path, path_fault
from bucketpress.content.settings.site_settings import SiteSettings

MAX_ALIASES = 20
ALIAS_KEYS = ("aliases", "redirect_from")
_RELATIVE = re.compile(r"\.{1,2}/")
# Without a "/" an alias is another name, as Obsidian has them, unless it is the name of a page.
_PAGE_NAME = re.compile(r"\.(?:html?|php\d?|aspx?|jspx?|cgi|cfm)$", re.IGNORECASE)


def aliases_of(fields: Fields, path: str, settings: SiteSettings) -> tuple[str, ...]:
    """Return the paths that should lead to the post at a path as well, each once."""
    paths: dict[str, None] = {}
    for item, text in _addresses(fields):
        alias = _alias(fields, item, text, path, settings)
        if alias is None or claim_path(alias) in {claim_path(known) for known in (path, *paths)}:
            continue
        if len(paths) == MAX_ALIASES:
            message = f"A post may have {MAX_ALIASES} aliases; those from {text} on lead nowhere."
            fields.warning(item, message, "Keep those that are still linked to.")
            break
        paths[alias] = None
    return tuple(paths)


def _addresses(fields: Fields) -> Iterator[tuple[Scalar, str]]:
    for name in ALIAS_KEYS:
        found = fields.node(name)
        for item in items_of(found[1]) if found else ():
            if not isinstance(item, Scalar):
                fields.warning(item, "An alias must be text.", "Write a list of paths such as [/old/address/].")
            elif name == "redirect_from" or "/" in item.text or _PAGE_NAME.search(item.text.strip()):
                yield item, item.text.strip()


def _alias(fields: Fields, item: Scalar, text: str, path: str, settings: SiteSettings) -> str | None:
    """Return the path an alias stands for; None, with a warning, when it cannot be served."""
    address = own_path(text, settings.url)
    if address is None:
        fields.warning(item, f"The alias {text} is an address of another site.", "Write a path of this site.")
        return None
    address = address.partition("#")[0]
    if _RELATIVE.match(address):
        address = urljoin(path, address)
    if "?" in address:
        message = f"The alias {text} has a query (?), by which no page can be told from another here."
        fields.warning(item, message, "Write a path such as /old/address/, or take it away.")
        return None
    alias = page_path(address if address.startswith("/") else f"/{address}")
    if fault := path_fault(alias):
        fields.warning(item, f"The alias {text} {fault}.", "Write a path such as /old/address/.")
        return None
    return alias
