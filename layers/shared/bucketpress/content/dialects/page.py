"""What a dialect knows of the source it rewrites, and what it could not render."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from bucketpress.content.settings.site_settings import SiteSettings

_POST_FOLDERS = ("_posts/", "posts/", "content/", "_drafts/", "drafts/", "pages/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A source: its key in the bucket, the site's settings and its front matter as text.

    `left_out` grows: it maps what was left out to the position at which it first stands.
    """

    key: str
    settings: SiteSettings
    variables: Mapping[str, str] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """The folder of the bucket in which the sources are, with its slash; "" for the bucket itself."""
        return next((folder for folder in _POST_FOLDERS if self.key.startswith(folder)), "")

    @property
    def extension(self) -> str:
        """The extension of the source, with its dot."""
        return posixpath.splitext(self.key)[1] or ".md"

    def leave_out(self, name: str, position: int) -> None:
        """Note that something could not be rendered."""
        self.left_out.setdefault(name, position)

    def to_key(self, key: str) -> str:
        """Write a link from this source to another key of the bucket, relative and ready for `[…](…)`."""
        path, mark, fragment = key.partition("#")
        relative = posixpath.relpath(path, posixpath.dirname(self.key) or ".") if path else ""
        return quote(relative, safe="/-._~!*,;:=@$+&'") + (
            mark + quote(fragment, safe="/-._~!*,;:=@$+&'%") if mark else ""
        )
