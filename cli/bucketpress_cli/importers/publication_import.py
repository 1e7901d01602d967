"""Writes what an export holds as a content folder: posts, pages, pictures, settings, and what was lost on the way."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import quote

from bucketpress.content.html.html_tokens import is_dropped
from bucketpress.content.paths import page_path
from bucketpress.content.post_reader import MAX_POST_BYTES
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import SourceKind, classify
from bucketpress.services.queries.suggestions import MovedPost, suggest_permalink, suggest_timezone
from bucketpress_cli.importers.address import is_file, is_own, parsed, path_in, rewritten, without_proxy
from bucketpress_cli.importers.claims import Claims
from bucketpress_cli.importers.conversion.proven_markdown import to_markdown
from bucketpress_cli.importers.loss_report import ImportReport
from bucketpress_cli.importers.picture_files import Pictures, name_of
from bucketpress_cli.importers.post_file import front_matter, key_of
from bucketpress_cli.importers.publication import Export, ExportError, ImportedPost, ImportedSite, Loss, TooLargeError
from bucketpress_cli.importers.site_file import origin, site_file
from bucketpress_cli.importers.target_folder import TargetFolder

_ELEMENT = re.compile(r"<(script|form|object|svg|embed|textarea|select|canvas|math|applet)(?=[\s>])", re.IGNORECASE)
_DATA = re.compile(r"""src\s*=\s*["']?data:""", re.IGNORECASE)
_MISSING = Loss(
    kind="Pictures and files that are not in the export",
    what="",
    fix="Add --media FOLDER with a copy of the old site's uploads, or --fetch-pictures while it is still there.",
)
_TOO_LARGE = Loss(
    kind="Files of the export that are too large to be copied",
    what="",
    fix="Unpack them, and put them into the new folder under the names below.",
)
_FEATURED = Loss(
    kind="Posts that stood before newer ones (featured, sticky)",
    what="",
    fix="Lists are by date here. Link to them from the `menu` of site.yaml, or from a page.",
)
_NO_ADDRESS = Loss(
    kind="The address of the old site, which the export does not say",
    what="",
    fix="Import again with --url https://blog.example: then its own links and pictures are known as such.",
)
_STAYING = Loss(
    kind="Pictures and files that stay where the old system keeps them",
    what="",
    fix="They may vanish with the old site. Add --fetch-pictures to bring them along, or --media FOLDER with a copy.",
)


@dataclass(slots=True)
class PublicationImport:
    """One run of an import; `now` decides which posts are public, `ids` are those of a feed by the paths claimed."""

    export: Export
    target: TargetFolder
    pictures: Pictures
    report: ImportReport
    now: datetime
    ids: Mapping[str, str] = field(default_factory=dict)
    _site: ImportedSite = field(default_factory=ImportedSite)
    _settings: SiteSettings = field(default_factory=lambda: SiteSettings(url=""))
    _keys: set[str] = field(default_factory=set)
    _claims: Claims = field(default_factory=Claims)
    _identities: set[str] = field(default_factory=set)
    _authors: dict[str, str] = field(default_factory=dict)
    _staying: dict[str, str] = field(default_factory=dict)
    _media: dict[str, str] = field(default_factory=dict)
    _held_media: dict[str, str] = field(default_factory=dict)
    _moved: list[MovedPost] = field(default_factory=list)
    _heads: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Import everything. Raises ExportError, after which a second run continues."""
        self._site = self.export.site()
        url = origin(self._site.url) or "http://localhost"
        self._settings = SiteSettings(url=url, smart_punctuation=self._site.typographic)
        self._claims = Claims(self.ids)
        # What only the others show stays beside them, so that nobody sees it before. The export is read again for
        # these, so that no more than one post is held at a time.
        waiting = self._write_posts(public=True)
        if waiting:
            self._write_posts(public=False)
        if not self._keys:
            message = "The export holds no posts and no pages. Export all content, not only media or settings."
            others = dict.fromkeys(
                f"{lost.kind} ({lost.what})" if lost.what else lost.kind for lost in self.export.losses()
            )
            raise ExportError(f"{message} It holds: {'; '.join(others)}." if others else message)
        self._write_pictures()
        self.report.add(self.export.losses())
        self.report.add(() if self._site.url else (_NO_ADDRESS,))
        self._write_settings()
        self.target.remember()

    def _write_posts(self, *, public: bool) -> int:
        """Write the posts that are public, or those that are not; return how many are left."""
        left = 0
        for post in self.export.posts():
            if self._is_public(post) is public:
                self._write_post(post)
            else:
                left += 1
        return left

    def _is_public(self, post: ImportedPost) -> bool:
        return not post.held and (post.published is None or post.published <= self.now)

    def _write_post(self, post: ImportedPost) -> None:
        identity = post.id  # as the old system has it: a feed or another post may change it below
        post, losses = self._claims.fit(post)
        self._authors.update({name: name for name in post.authors})
        key = key_of(post, self._keys)
        source = rewritten(post.html, lambda url: self._rewritten(url, post))
        converted = to_markdown(source, self._settings)
        image = self._rewritten(post.image, post) if post.image else ""
        path = page_path(quote(post.path)) if post.path else ""
        text = f"{front_matter(post, path, image)}\n{converted.markdown}\n".encode()
        for _ in converted.as_html:
            self.report.count("blocks left as HTML")
        if not converted.exact:
            losses.append(Loss(kind="Texts nested too deep to keep their structure", what="", fix="Look at them."))
        if len(text) > MAX_POST_BYTES:
            fix = "They are invalid until they are split."
            losses.append(Loss(kind="Posts of more bytes than one may have", what=f"{len(text):,} bytes", fix=fix))
        self.target.write(key, text, self._own(identity))
        self.report.add((*losses, *post.losses, *_left_out(source), *([_FEATURED] if post.featured else ())), key)
        self._count(post)
        if post.published and post.path and not post.is_page and not post.held:
            named = path.rstrip("/").rpartition("/")[2].removesuffix(".html")
            self._moved.append(MovedPost(key=key, slug=named, path="/", published=post.published, old=(path,)))
            self._heads.append(f"date: {post.published.isoformat()}")

    def _own(self, identity: str) -> str:
        """Return an id for the first post of a run that has it, "" for others."""
        if identity in self._identities:
            return ""
        self._identities.add(identity)
        return identity

    def _count(self, post: ImportedPost) -> None:
        what = "pages" if post.is_page else "posts"
        waits = f" held back ({post.held})" if post.held else "" if self._is_public(post) else " scheduled"
        self.report.count(what + waits)

    def _rewritten(self, url: str, post: ImportedPost) -> str:
        """Return an address as the new site has it: without host where it is the site's own."""
        direct = without_proxy(url)
        url = direct if is_own(direct, self._site.url) or _host(direct) in self._site.media_hosts else url
        own = is_own(url, self._site.url)
        if url.startswith("#") or not (own or _host(url) in self._site.media_hosts):
            return url
        path = name_of(url)
        if not is_file(path):
            parts = parsed(url)
            inside = path_in(url, self._site.url) if own else ""
            part = f"#{parts.fragment}" if parts.fragment and inside else ""
            return quote(inside) + part if inside else url
        path = f"/{path.lstrip('/')}" if own else f"/media/{_host(url)}{path}"
        is_here = self.pictures.can_move or self.pictures.holds(path) or self.target.holds(f"static{path}")
        if not own and not is_here:
            self._staying[url] = _host(url)
            return url
        if self._is_public(post) or path in self._media:
            self._media.setdefault(path, url)
            return quote(path)
        folder = "drafts" if post.held else "pages" if post.is_page else "posts"
        self._held_media.setdefault(f"{folder}/media{path}", url)
        return "media" + quote(path)

    def _write_pictures(self) -> None:
        for key, url in (*((f"static{path}", url) for path, url in self._media.items()), *self._held_media.items()):
            if classify(key).kind is not SourceKind.ASSET:
                fix = "Give them another name, and link to that."
                self.report.add([Loss(kind="Files that cannot keep their address", what=name_of(url), fix=fix)])
            elif self.target.keeps(key):
                continue
            else:
                self._write_picture(key, url)
        for host in self._staying.values():
            self.report.add([replace(_STAYING, what=host)])

    def _write_picture(self, key: str, url: str) -> None:
        try:
            data = self.pictures.find(name_of(url), self._absolute(url))
        except TooLargeError:
            self.report.add([replace(_TOO_LARGE, what=url)], key)
            return
        if data is None:
            self.report.add([replace(_MISSING, what=url)])
            return
        self.target.write(key, data)
        self.report.count("files brought along")

    def _absolute(self, url: str) -> str:
        return url if parsed(url).netloc else f"{origin(self._site.url)}/{url.lstrip('/')}"

    def _write_settings(self) -> None:
        permalink = suggest_permalink(self._moved, self._settings)
        zone = suggest_timezone(self._heads, self._settings) if not self._site.timezone else None
        named = dict.fromkeys((*self._site.authors.values(), *self._authors.values()))
        data, left = site_file(
            replace(self._site, authors={name: name for name in named}),
            permalink=permalink.line.removeprefix("permalink: ") if permalink else "",
            timezone=self._site.timezone or (zone.line.removeprefix("timezone: ") if zone else ""),
        )
        if left:
            fix = "Those of tags and authors nobody reads any more may go."
            self.report.add([Loss(kind="Redirects that settings have no room for", what="", fix=fix)], times=left)
        self.target.write("site.yaml", data)


def _left_out(source: str) -> Iterator[Loss]:
    for found in _ELEMENT.finditer(source):
        if is_dropped(found[1]) or found[1].lower() in {"form", "object", "embed", "applet"}:
            fix = "Pages here have no scripts and forms. Say it in words, or link to where it works."
            yield Loss(kind="Elements that pages cannot have", what=f"<{found[1].lower()}>", fix=fix)
    if _DATA.search(source):
        fix = "Put them beside the post as files."
        yield Loss(kind="Pictures written into the text (data:)", what="", fix=fix)


def _host(url: str) -> str:
    return parsed(url).netloc.lower()
