"""The Markdown twin: a post as its author wrote it, below a small header in YAML."""

from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.site.pages.template_context import Item
from bucketpress.site.text import rfc3339, yaml_string
from bucketpress.site.urls import absolute


def twin(settings: SiteSettings, item: Item) -> bytes:
    """Write the Markdown twin of a post or page."""
    entry = item.entry
    header = [f"title: {yaml_string(entry.title)}"]
    if entry.published is not None:
        header.append(f"date: {rfc3339(entry.published)}")
    if entry.updated is not None:
        header.append(f"updated: {rfc3339(entry.updated)}")
    for name, values in (
        ("authors", [author.name for author in entry.authors]),
        ("tags", [tag.label for tag in entry.tags]),
    ):
        if values:
            header.append(f"{name}: [{', '.join(yaml_string(value) for value in values)}]")
    header.append(f"canonical: {yaml_string(entry.canonical or absolute(settings.url, entry.path))}")
    text = item.body.markdown.strip("\n")
    return "\n".join(["---", *header, "---", "", text, ""]).encode(errors="replace")
