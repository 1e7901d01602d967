"""Every word the site itself says, and how it writes dates and numbers, by language.

A language is one `Catalogue` in `_CATALOGUES`; its name is the first part of `language` in `site.yaml`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

_WORDS_PER_MINUTE = 230


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The words of one language. Braces stand for what is filled in."""

    language: str
    months: tuple[str, ...]
    day_pattern: str
    month_pattern: str
    joiner: str
    last_joiner: str
    one_post: str
    many_posts: str
    minutes: str
    skip_to_content: str
    main_menu: str
    site_menu: str
    home: str
    archive: str
    tags: str
    authors: str
    window_title: str
    by: str
    updated: str
    newer: str
    older: str
    whole_archive: str
    by_year: str
    tag: str
    author: str
    website: str
    feeds: str
    read_on: str
    markdown: str
    nothing_yet: str
    nothing_yet_more: str
    archive_description: str
    tags_description: str
    authors_description: str
    not_found: str
    not_found_more: str
    gone: str
    gone_more: str
    gone_text: str
    moved: str
    moved_more: str
    moved_text: str

    def day(self, moment: datetime) -> str:
        """Format a date by its own offset: `5 March 2010`."""
        return self.day_pattern.format(day=moment.day, month=self.months[moment.month - 1], year=moment.year)

    def month(self, year: int, month: int) -> str:
        """Format a month: `March 2010`."""
        return self.month_pattern.format(month=self.months[month - 1], year=year)

    def month_name(self, month: int) -> str:
        """Return the name of a month, 1 to 12."""
        return self.months[month - 1]

    def posts(self, count: int) -> str:
        """Say how many posts there are."""
        return self.one_post if count == 1 else self.many_posts.format(count=count)

    def reading_time(self, words: int) -> str:
        """Say how long it takes to read so many words, in whole minutes rounded up."""
        return self.minutes.format(count=max(1, -(-words // _WORDS_PER_MINUTE)))


def catalogue(language: str) -> Catalogue:
    """Return the catalogue for a language tag (BCP 47), English if there is none yet."""
    return _CATALOGUES.get(language.partition("-")[0].lower(), _ENGLISH)


_ENGLISH = Catalogue(
    language="en",
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    day_pattern="{day} {month} {year}",
    month_pattern="{month} {year}",
    joiner=", ",
    last_joiner=" and ",
    one_post="1 post",
    many_posts="{count} posts",
    minutes="{count} min read",
    skip_to_content="Skip to the text",
    main_menu="Main",
    site_menu="Site",
    home="Home",
    archive="Archive",
    tags="Tags",
    authors="Authors",
    window_title="{page} \N{EN DASH} {site}",
    by="By",
    updated="Updated",
    newer="Newer",
    older="Older",
    whole_archive="Everything we have published",
    by_year="By year",
    tag="Tag",
    author="Author",
    website="Website",
    feeds="Feeds",
    read_on="Keep reading",
    markdown="Markdown",
    nothing_yet="Nothing here yet",
    nothing_yet_more="The first post will appear here as soon as it is published.",
    archive_description="Every post of {title}, by year and month.",
    tags_description="Everything {title} writes about.",
    authors_description="Everyone who writes for {title}.",
    not_found="There is no page here",
    not_found_more="The address may be mistyped, or there never was such a page. The archive has all there is.",
    gone="This page has been withdrawn",
    gone_more="It was published here once and has been taken down. It will not come back to this address.",
    gone_text="This has been withdrawn and will not come back to this address.",
    moved="This page has moved",
    moved_more="Its new address is",
    moved_text="Moved to {target}",
)

_CATALOGUES: Mapping[str, Catalogue] = MappingProxyType({"en": _ENGLISH})
