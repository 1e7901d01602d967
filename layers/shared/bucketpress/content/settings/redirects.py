"""Redirects that `site.yaml` asks for: single addresses, and all below a folder."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from bucketpress.content.front_matter.fields import Fields, items_of
from bucketpress.content.front_matter.syntax.tree import Mapping as YamlMap
from bucketpress.content.front_matter.syntax.tree import Node, Scalar
from bucketpress.content.paths import claim_path, looks_like_file, own_path, page_path, path_fault
from bucketpress.content.settings.site_settings import RedirectPrefix

MAX_PREFIXES = 10
_SPLAT = ":splat"
_HTTP = re.compile(r"https?://[^/\s\\<>\"]+(?:/[^\s\\<>\"]*)?", re.IGNORECASE)
# Everything RFC 3986 allows in a reference: what an author has encoded stays as it is.
_REFERENCE = "!#$%&'()*,/:;=?@[]~"
# As Netlify has them, a line each.
_LINE = re.compile(r"(\S+)\s+(\S+)(?:\s+30[1278]!?)?")
_FORM = "Write `- {from: /old/, to: /new/}`, or `- {from: /blog/*, to: /:splat}` for all below a folder."


@dataclass(frozen=True, slots=True)
class _Rule:
    """One redirect as written; `node` is where."""

    node: Node
    former: str
    current: str
    below: bool


def read_redirects(fields: Fields, site_url: str) -> tuple[Mapping[str, str], tuple[RedirectPrefix, ...]]:
    """Return where single paths lead, by the path as sources claim it, and which folders stand for which others."""
    targets: dict[str, tuple[Node, str]] = {}
    prefixes: list[RedirectPrefix] = []
    for rule in _rules(fields):
        former = own_path(rule.former, site_url)
        if former is None:
            fields.warning(rule.node, f"{rule.former} is an address of another site and cannot lead anywhere.", _FORM)
        elif rule.below:
            prefix = _prefix(fields, rule, former, site_url)
            if prefix and len(prefixes) < MAX_PREFIXES:
                prefixes.append(prefix)
            elif prefix:
                fields.warning(rule.node, f"A site may have {MAX_PREFIXES} redirects of folders.", "Name each address.")
        else:
            path, target = _former(fields, rule, former), _target(fields, rule, site_url)
            if path and target and path in targets:
                fields.warning(rule.node, f"{rule.former} leads elsewhere already; the first counts.", "Keep one.")
            elif path and target:
                targets[path] = rule.node, target
    return dict(_followed(fields, targets)), tuple(prefixes)


def _rules(fields: Fields) -> Iterator[_Rule]:
    found = fields.node("redirects")
    for item in items_of(found[1]) if found else ():
        if isinstance(item, Scalar):
            line = _LINE.fullmatch(item.text.strip())
            if line:
                yield _rule(item, line[1], line[2])
                continue
        if not isinstance(item, YamlMap):
            fields.warning(item, "A redirect needs an old address and a new one.", _FORM)
            continue
        named = {key.text: value for key, value in item.pairs}
        if named.keys() & {"from", "to"}:
            inner = Fields(item)
            former, current, below = inner.text("from"), inner.text("to"), inner.flag("prefix") is True
            fields.problems += inner.problems
            if former and current:
                yield _rule(item, former, current, below=below)
            else:
                fields.warning(item, "A redirect needs an old address and a new one.", _FORM)
            continue
        for key, value in item.pairs:
            if isinstance(value, Scalar) and not value.absent and key.text.strip():
                yield _rule(key, key.text.strip(), value.text.strip())
            else:
                fields.warning(key, "A redirect leads to one address.", _FORM)


def _rule(node: Node, former: str, current: str, *, below: bool = False) -> _Rule:
    return _Rule(node, former, current, below or former.endswith("*"))


def _former(fields: Fields, rule: _Rule, address: str) -> str | None:
    """Return the path of an old address, None with a warning when nothing can be served there."""
    if re.search(r"[?*]|/:[A-Za-z]", address):
        message = f"{rule.former} stands for more than one address, or for one with a query, and is left out."
        fields.warning(rule.node, message, _FORM)
        return None
    path = page_path(address if address.startswith("/") else f"/{address}")
    if fault := path_fault(path):
        fields.warning(rule.node, f"The redirect from {rule.former} {fault}.", _FORM)
        return None
    return claim_path(path)


def _target(fields: Fields, rule: _Rule, site_url: str) -> str | None:
    """Return the reference a redirect leads to: a path of this site, or a whole address of another."""
    address = own_path(rule.current, site_url)
    if address is None and _HTTP.fullmatch(rule.current):
        return quote(rule.current, safe=_REFERENCE + "+")
    if address is None or re.search(r"[\\\s\x00-\x1f\x7f-\x9f*]|/:[A-Za-z]|^[A-Za-z][A-Za-z0-9+.-]*:", address):
        fields.warning(rule.node, f"A redirect cannot lead to {rule.current}.", _FORM)
        return None
    address = address if address.startswith("/") else f"/{address}"
    path = re.split("[?#]", address, maxsplit=1)[0]
    slash = "" if path.endswith("/") or looks_like_file(path) else "/"
    return quote(path + slash + address[len(path) :], safe=_REFERENCE)


def _prefix(fields: Fields, rule: _Rule, address: str, site_url: str) -> RedirectPrefix | None:
    former = address.removesuffix("*")
    current = own_path(rule.current, site_url)
    whole = current is not None and (current.endswith(_SPLAT) or not rule.former.endswith("*"))
    current = (current or "").removesuffix(_SPLAT)
    if not whole or not all(re.fullmatch(r"/(?:[^?#*\\\s]*/)?", folder) for folder in (former, current)):
        message = f"All below {rule.former} can only lead to pages of the same names below another folder."
        fields.warning(rule.node, message, _FORM)
        return None
    if former == current:
        fields.error(rule.node, f"The redirect from {rule.former} leads to itself.", "Take it away.")
        return None
    return RedirectPrefix(former=page_path(former), current=page_path(current))


def _followed(fields: Fields, targets: Mapping[str, tuple[Node, str]]) -> Iterator[tuple[str, str]]:
    """Return every path with where its redirects lead in the end: no reader goes two steps, or in a circle."""
    for path, (node, target) in targets.items():
        seen = {path}
        while (following := claim_path(page_path(target))) in targets:
            if following in seen:
                fields.error(node, f"The redirects from {path} lead in a circle.", "Let one of them lead to a page.")
                break
            seen.add(following)
            target = targets[following][1]  # noqa: PLW2901 - one step further
        else:
            if following in seen:
                fields.error(node, f"The redirect from {path} leads to itself.", "Take it away.")
            yield path, target
