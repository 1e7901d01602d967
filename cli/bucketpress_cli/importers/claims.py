"""The addresses, feed ids and names of authors that the posts of one import ask for, each given once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from bucketpress.content.front_matter.tags_and_authors import MAX_TAGS
from bucketpress.content.paths import claim_path, page_path, path_fault
from bucketpress.content.slugs import slugify
from bucketpress.site.entry_ids import is_kept_in_feeds
from bucketpress_cli.importers.post_file import identity_fits
from bucketpress_cli.importers.publication import ImportedPost, Loss


@dataclass(slots=True)
class Claims:
    """What is taken; `ids` are those of a feed of the old site by the paths claimed."""

    ids: Mapping[str, str] = field(default_factory=dict)
    _paths: set[str] = field(default_factory=set)
    _slugs: set[str] = field(default_factory=set)
    _ids: set[str] = field(default_factory=set)

    def fit(self, post: ImportedPost) -> tuple[ImportedPost, list[Loss]]:
        """Return a post without what it cannot have, and what is lost with it."""
        path = page_path(quote(post.path)) if post.path else ""
        losses = [*self._address_losses(post, path), *_other_losses(post)]
        if path and (path_fault(path) or claim_path(path) in self._paths):
            post = replace(post, path="")
        if path and (known := self.ids.get(claim_path(path))):
            post = replace(post, id=known)  # What feed readers have seen counts.
        if post.id and not (identity_fits(post.id) and is_kept_in_feeds(post.id)):
            fix = "Feeds cannot show them as they are; feed readers may show these posts once more."
            losses.append(Loss(kind="Feed ids that cannot be kept", what=post.id[:80], fix=fix))
        if post.id in self._ids or not identity_fits(post.id):
            post = replace(post, id="")
        # An e-mail address is never published: it is no name.
        post = replace(post, authors=tuple(name for name in post.authors if "@" not in name))
        post = self._named_apart(post)
        self._paths.update({claim_path(page_path(quote(post.path)))} if post.path else ())
        self._ids.update({post.id} if post.id else ())
        return post, losses

    def _address_losses(self, post: ImportedPost, path: str) -> Iterator[Loss]:
        if path and (fault := path_fault(path)):
            fix = "Link to the new address, or choose one with `url` in front matter."
            yield Loss(kind="Addresses that no post can have here", what=f"{path} {fault}", fix=fix)
        elif path and claim_path(path) in self._paths:
            yield Loss(kind="Addresses that two posts have", what=path, fix="Give one of them another `url`.")
        elif not path and not post.held:
            fix = "They had only a number (?p=…) or the address of another site: readers find them by the new address."
            yield Loss(kind="Posts without an old address", what="", fix=fix)

    def _named_apart(self, post: ImportedPost) -> ImportedPost:
        """Return a post whose new address no other has: one whose old address is not kept is found by its slug."""
        last = post.path.rstrip("/").rpartition("/")[2].removesuffix(".html")
        wanted = slugify(last or post.slug or post.title) or "untitled"
        is_ours = path_fault(f"/{wanted}/")  # Such as /tags/: where posts are at the root, none can have it.
        if post.held or post.path or not (wanted in self._slugs or is_ours):
            self._slugs.add(wanted)
            return post
        number = next(number for number in range(2, len(self._slugs) + 3) if f"{wanted}-{number}" not in self._slugs)
        self._slugs.add(f"{wanted}-{number}")
        return replace(post, slug=f"{wanted}-{number}")


def _other_losses(post: ImportedPost) -> Iterator[Loss]:
    if not (post.published or post.is_page or post.held):
        fix = "They are invalid until each has a `date` in its front matter."
        yield Loss(kind="Posts whose date cannot be read", what="", fix=fix)
    if len(post.tags) > MAX_TAGS:
        fix = f"The first {MAX_TAGS} came along."
        yield Loss(kind="Tags over the most that a post may have", what=f"{len(post.tags)} tags", fix=fix)
    for name in post.authors:
        if "@" in name:
            fix = "It is not published. Write the name into `authors` of these posts."
            yield Loss(kind="Authors of whom only an e-mail address is known", what="", fix=fix)
