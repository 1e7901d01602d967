"""The files of a new content folder."""

import json
from collections.abc import Mapping
from datetime import datetime

from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress_cli.starter.new_source import new_source

PLACEHOLDER_URL = "https://example.com"
_SETTINGS = """\
title: {title}
description: A line for search engines and feed readers.
# Where readers will go. Feeds and canonical links need it; correct it before you publish.
url: {url}
language: en
timezone: {timezone}

menu:
  - {{label: Home, path: /}}
  - {{label: Archive, path: /archive/}}
  - {{label: About, path: /about/}}
"""
_FIRST_POST = """\
This is the first post. Change it, or delete it and begin another with `bucketpress new "Its title"`.

The text is [Markdown](https://commonmark.org/help/): *emphasis*, `code`, lists, tables and pictures. The lines between
the dashes above say what the post is called and when it was written; a `date` to come keeps it back until then.

> Upload a file, and it is live.
"""
_ABOUT = """\
Who writes here, and why.
"""
# The state of `push` and `pull` is about this copy of the folder alone.
_GITIGNORE = """\
/.bucketpress/
"""


def starter_files(*, title: str, timezone: str, now: datetime, identities: tuple[str, str]) -> Mapping[str, str]:
    """Return the files of a new folder by name: settings, a post and a page with the two `identities`."""
    settings = SiteSettings(url=PLACEHOLDER_URL, timezone=timezone)
    post = new_source("A first post", folders=(), settings=settings, now=now, identity=identities[0])
    page = new_source("About", folders=(), settings=settings, now=now, identity=identities[1], page=True)
    written = json.dumps(title, ensure_ascii=False)
    return {
        "site.yaml": _SETTINGS.format(title=written, url=PLACEHOLDER_URL, timezone=timezone),
        post.key: post.text + _FIRST_POST,
        page.key: page.text + _ABOUT,
        ".gitignore": _GITIGNORE,
    }


def title_of(name: str) -> str:
    """Return a title for a folder's name: `my-blog` is "My blog"."""
    words = " ".join(name.replace("-", " ").replace("_", " ").split())
    return words[:1].upper() + words[1:] if words else "My site"
