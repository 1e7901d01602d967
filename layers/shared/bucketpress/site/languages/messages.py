"""The catalogue: every word the site itself says, and how it writes dates and numbers.

A language is one module in `languages/`, listed in `languages/__init__.py`.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """The words of one language. Braces mark what is filled in.

    `words_per_minute` is how fast people read; where a language writes no spaces, a character counts as a word.
    """

    language: str
    words_per_minute: int
    months: tuple[str, ...]
    day_pattern: str
    month_pattern: str
    joiner: str
    last_joiner: str
    one_post: str
    many_posts: str
    minutes: str
    skip_to_content: str
    contents: str
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
    elsewhere: str
    read_on: str
    markdown: str
    as_markdown: str
    newest_posts: str
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
    search: str
    search_label: str
    search_more: str
    one_result: str
    many_results: str
    no_results: str
    no_results_more: str
    corrected: str
    relaxed: str
    more_results: str
    query_too_long: str
    no_search: str
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

    def results(self, count: int) -> str:
        """Return the number of results in words."""
        return self.one_result if count == 1 else self.many_results.format(count=count)

    def posts(self, count: int) -> str:
        """Return the number of posts in words."""
        return self.one_post if count == 1 else self.many_posts.format(count=count)

    def reading_time(self, words: int) -> str:
        """Return how long it takes to read so many words, in whole minutes rounded up."""
        return self.minutes.format(count=max(1, -(-words // self.words_per_minute)))
