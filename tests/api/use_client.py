"""Runs beside a generated client: calls the API with it and says as JSON what it got."""

import json
import sys

from bucketpress_listings_client import Client
from bucketpress_listings_client.api.listings import (
    get_archive,
    get_post,
    get_site,
    list_authors,
    list_changes,
    list_posts,
    list_tags,
)
from bucketpress_listings_client.models.list_posts_order import ListPostsOrder
from bucketpress_listings_client.models.post import Post
from bucketpress_listings_client.models.post_page import PostPage
from bucketpress_listings_client.models.problem import Problem
from bucketpress_listings_client.types import UNSET


def walk(client: Client) -> list[str]:
    slugs: list[str] = []
    cursor = UNSET
    while True:
        page = list_posts.sync(client=client, tag="voip", order=ListPostsOrder.OLDEST, limit=7, cursor=cursor)
        assert isinstance(page, PostPage)
        slugs += [str(post.slug) for post in page.items]
        if page.next_cursor is None:
            return slugs
        cursor = page.next_cursor


with Client(base_url=sys.argv[1]) as client:
    post = get_post.sync(slug="p1", client=client)
    assert isinstance(post, Post)
    gone = get_post.sync(slug="p4", client=client)
    assert isinstance(gone, Problem)
    tags, authors = list_tags.sync(client=client), list_authors.sync(client=client)
    archive, site, changes = (each.sync(client=client) for each in (get_archive, get_site, list_changes))
    json.dump(
        {
            "walked": walk(client),
            "year": post.published.year,
            "html": post.html,
            "gone": gone.status,
            "tags": [tag.slug for tag in tags.items],
            "authors": [author.name for author in authors.items],
            "years": [year.year for year in archive.years],
            "title": site.title,
            "changes": sorted({change.change.value for change in changes.items}),
        },
        sys.stdout,
    )
