"""Exports of WordPress, made by the rules of its own exporter: one item for all that it stores."""

from collections.abc import Iterable, Iterator
from html import escape

HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
<title>A blog &amp;#8211; of mine</title>
<link>https://blog.example</link>
<description>About this and that</description>
<language>en-US</language>
<wp:wxr_version>1.2</wp:wxr_version>
<wp:base_site_url>https://blog.example</wp:base_site_url>
<wp:base_blog_url>https://blog.example</wp:base_blog_url>
<wp:author><wp:author_id>1</wp:author_id><wp:author_login><![CDATA[jane]]></wp:author_login>
<wp:author_email><![CDATA[jane@blog.example]]></wp:author_email>
<wp:author_display_name><![CDATA[Jane Doe]]></wp:author_display_name></wp:author>
<wp:category><wp:term_id>2</wp:term_id><wp:category_nicename><![CDATA[c-plus-plus]]></wp:category_nicename>
<wp:cat_name><![CDATA[C++]]></wp:cat_name></wp:category>
"""


def item(number: int, **fields: str) -> str:
    """Return an item; what is not said is a published post of its day."""
    day = f"2012-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
    found = {
        "title": f"Post {number}",
        "link": f"https://blog.example/2012/{number % 12 + 1:02d}/post-{number}/",
        "name": f"post-{number}",
        "text": f"The text of {number}.\n\nIts second paragraph.",
        "type": "post",
        "status": "publish",
        "date": f"{day} 09:30:00",
        "date_gmt": f"{day} 08:30:00",
        "password": "",
        "excerpt": "",
        "more": "",
        "parent": "0",
    } | fields
    return f"""<item><title><![CDATA[{found["title"]}]]></title><link>{escape(found["link"])}</link>
<pubDate>Thu, 01 Mar 2012 08:30:00 +0000</pubDate><dc:creator><![CDATA[jane]]></dc:creator>
<guid isPermaLink="false">https://blog.example/?p={number}</guid><description></description>
<content:encoded><![CDATA[{found["text"]}]]></content:encoded>
<excerpt:encoded><![CDATA[{found["excerpt"]}]]></excerpt:encoded>
<wp:post_id>{number}</wp:post_id><wp:post_date><![CDATA[{found["date"]}]]></wp:post_date>
<wp:post_date_gmt><![CDATA[{found["date_gmt"]}]]></wp:post_date_gmt>
<wp:post_name><![CDATA[{found["name"]}]]></wp:post_name><wp:status><![CDATA[{found["status"]}]]></wp:status>
<wp:post_parent>{found["parent"]}</wp:post_parent><wp:post_type><![CDATA[{found["type"]}]]></wp:post_type>
<wp:post_password><![CDATA[{found["password"]}]]></wp:post_password>
<category domain="category" nicename="c-plus-plus"><![CDATA[C++]]></category>
<category domain="post_tag" nicename="voip"><![CDATA[VoIP]]></category>
{found["more"]}</item>
"""


def meta(key: str, value: str) -> str:
    return (
        f"<wp:postmeta><wp:meta_key><![CDATA[{key}]]></wp:meta_key>"
        f"<wp:meta_value><![CDATA[{value}]]></wp:meta_value></wp:postmeta>"
    )


def picture(number: int, name: str) -> str:
    address = f"https://blog.example/wp-content/uploads/2012/05/{name}"
    more = f"<wp:attachment_url><![CDATA[{address}]]></wp:attachment_url>"
    return item(number, type="attachment", status="inherit", more=more + meta("_wp_attachment_image_alt", "A phone"))


def export(items: Iterable[str]) -> Iterator[bytes]:
    """Yield the parts of an export file."""
    yield HEAD.encode()
    yield from (each.encode() for each in items)
    yield b"</channel></rss>\n"
