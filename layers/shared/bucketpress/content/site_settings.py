"""The author's settings of the whole site, read from `site.yaml`."""

from bucketpress.content.encoding import decode
from bucketpress.content.problem import Problem, error, has_errors, in_source_order
from bucketpress.content.settings_reader import understand
from bucketpress.content.site_profile import Appearance, AuthorProfile, MenuItem, SiteSettings, TagProfile
from bucketpress.content.yaml_tree import Mapping, YamlError, read_yaml

__all__ = [
    "Appearance",
    "AuthorProfile",
    "MenuItem",
    "SiteSettings",
    "TagProfile",
    "read_site_settings",
]

MAX_SETTINGS_BYTES = 64 * 1024


def read_site_settings(data: bytes, *, default_url: str) -> tuple[SiteSettings | None, tuple[Problem, ...]]:
    """Read `site.yaml`; `default_url` stands where it names no `url`. With an error there are no settings."""
    if len(data) > MAX_SETTINGS_BYTES:
        message = f"site.yaml may have {MAX_SETTINGS_BYTES:,} bytes; this one has {len(data):,}."
        return None, (error(message, "Make it smaller."),)
    decoded = decode(data)
    if isinstance(decoded, Problem):
        return None, (decoded,)
    try:
        tree = read_yaml(decoded.text)
    except YamlError as bad:
        return None, in_source_order((*decoded.problems, bad.problem))
    if tree is not None and not isinstance(tree, Mapping):
        wrong = error("site.yaml must be lines of `key: value`.", "Write `title: My site`.", tree.line, tree.column)
        return None, (*decoded.problems, wrong)
    settings, found = understand(tree or Mapping(pairs=(), line=1, column=1), default_url)
    problems = in_source_order((*decoded.problems, *found))
    return None if has_errors(problems) else settings, problems
