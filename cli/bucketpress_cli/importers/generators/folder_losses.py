"""What of a generator's folder does not come along as it was, and what can be done about it."""

from bucketpress_cli.importers.publication import Loss

TEMPLATES = Loss(
    kind="Texts that are no Markdown",
    what="",
    fix="They need their generator. Write them as Markdown (pandoc reads most of them) or keep them below static/.",
)
UNDATED = Loss(
    kind="Texts among posts that have no date",
    what="",
    fix="They are pages, which no list and no feed shows. Write `date` into those that are posts, and import again.",
)
TRANSLATED = Loss(
    kind="Texts in other languages than the site's",
    what="",
    fix="They are in drafts/. A site has one language: import them into a folder, and so a site, of their own.",
)
HELD = Loss(
    kind="Texts whose folder says that they are not to be published",
    what="",
    fix="They are in drafts/. Move those that readers may see to posts/.",
)
LEFT_OUT = Loss(
    kind="Texts that the old site did not have, by its settings",
    what="",
    fix="They were not copied. Take what readers may see out of the old settings' list, and import again.",
)
HOME = Loss(
    kind="Home pages", what="", fix="Bucketpress makes the home page; write what it said into a page of its own."
)
WITHOUT_TEXT = Loss(
    kind="Pages that a template of the old site filled",
    what="",
    fix="Bucketpress makes the lists of tags, the archive and the search itself; write what else they said.",
)
EMPTY = Loss(
    kind="Folders in which no text was found",
    what="",
    fix="Name the folder that holds the settings and the texts, or say what made the site with --from.",
)
SCRIPTED = Loss(
    kind="Addresses that a script of the old site makes, which is not run",
    what="",
    fix="Import again with --verify and the old site's sitemap: the posts get their addresses from it.",
)
