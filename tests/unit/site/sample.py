"""A small site to render: three posts by two authors in two years, and a page."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from bucketpress.content.post import Author, Body, Entry, Tag
from bucketpress.content.settings.site_settings import AuthorProfile, MenuItem, SiteSettings, TagProfile
from bucketpress.content.source_keys import SourceKind
from bucketpress.site.artifact import Artifact
from bucketpress.site.pages.template_context import Item
from bucketpress.site.renderer import Renderer
from bucketpress.site.section_summary import SectionSummary

LONDON_SUMMER = timezone(timedelta(hours=1))
LONDON_WINTER = timezone(timedelta())

SETTINGS = SiteSettings(
    url="https://blog.packnet.example",
    title="Packnet Blog",
    description="News of internet telephony.",
    language="en",
    timezone="Europe/London",
    menu=(MenuItem(label="Home", path="/"), MenuItem(label="About", path="/about/")),
    authors={
        "ada": AuthorProfile(slug="ada", name="Ada Byron", bio="Ada counts calls.", url="https://ada.example/"),
        "li": AuthorProfile(slug="li", name="Li Wei"),
    },
    tags={"voip": TagProfile(slug="voip", label="VoIP", description="Voice over packets.")},
)

_BODY = """<p>Two carriers will swap calls as <a href="/2009/12/packets/#why">packets</a>.</p>
<figure class="quotation"><blockquote>
<p>It sounds like plumbing.</p>
</blockquote><figcaption>— A carrier</figcaption></figure>
<p><img src="/2010/03/carriers/map.png" alt="A map"> See <a href="#fn-1" id="fnref-1">1</a>.</p>"""

CARRIERS = Item(
    entry=Entry(
        key="posts/carriers.md",
        kind=SourceKind.POST,
        id="urn:bucketpress:carriers",
        slug="carriers",
        path="/2010/03/carriers/",
        title="Two carriers agree: calls & <packets>",
        published=datetime(2010, 3, 5, 9, 30, tzinfo=LONDON_WINTER),
        updated=datetime(2010, 4, 6, 10, 0, tzinfo=LONDON_SUMMER),
        summary="Northmoor and Severnlink will swap calls.",
        tags=(Tag(slug="voip", label="voip"), Tag(slug="news", label="News")),
        authors=(Author(slug="ada", name="ada"), Author(slug="li", name="li")),
        image="/2010/03/carriers/map.png",
        image_alt="A map",
    ),
    body=Body(html=_BODY, markdown="Two carriers will swap calls as [packets](packets.md#why).\n", words=460),
)
CODECS = Item(
    entry=replace(
        CARRIERS.entry,
        key="posts/codecs.md",
        id="codecs",
        slug="codecs",
        path="/2010/03/codecs/",
        title="Which codec?",
        published=datetime(2010, 3, 1, tzinfo=LONDON_WINTER),
        updated=None,
        summary="A codec turns speech into numbers.",
        authors=(Author(slug="ada", name="ada"),),
        image=None,
        image_alt="",
    ),
    body=Body(html="<p>A codec turns speech into <em>numbers</em>.</p>", markdown="A codec turns…", words=6),
)
PACKETS = Item(
    entry=replace(
        CODECS.entry,
        key="posts/packets.md",
        id="tag:packnet.example,2009:packets",
        slug="packets",
        path="/2009/12/päckchen.html",
        title="Packets, explained",
        published=datetime(2009, 12, 24, tzinfo=LONDON_WINTER),
        summary="",
        tags=(Tag(slug="voip", label="voip"),),
        lang="de",
    ),
    body=Body(html="<p>Pakete.</p>", markdown="Pakete.", words=1),
)
ABOUT = Item(
    entry=Entry(
        key="pages/about.md",
        kind=SourceKind.PAGE,
        id="about",
        slug="about",
        path="/about/",
        title="About us",
        published=None,
        updated=None,
        summary="Who writes here.",
    ),
    body=Body(html="<p>We do.</p>", markdown="We do.", words=2),
)
POSTS = (CARRIERS, CODECS, PACKETS)

MONTHS_2010 = (
    SectionSummary(section="period:all:2010-03", label="2010-03", count=2, modified=CARRIERS.entry.modified),
)
MONTHS_2009 = (SectionSummary(section="period:all:2009-12", label="2009-12", count=1, modified=PACKETS.entry.modified),)
YEARS = (
    SectionSummary(section="period:all:2009", label="2009", count=1, detail=MONTHS_2009),
    SectionSummary(section="period:all:2010", label="2010", count=2, detail=MONTHS_2010),
    SectionSummary(section="directory:pages", label="pages", count=1),
)
TAG_YEARS = (
    SectionSummary(section="period:tag:voip:2009", label="2009", count=1),
    SectionSummary(section="period:tag:voip:2010", label="2010", count=2),
)
# Parts of a busy year of a tag, and of a busy month.
TAG_PARTS = (
    SectionSummary(section="part:tag:voip:2009:20091205t120000-0123abcd", label="2009-12-05/2009-12-03", count=50),
    SectionSummary(section="part:tag:voip:2009:20091001t120000-4567cdef", label="2009-10-01/2009-10-01", count=1),
)
MONTH_PARTS = (
    SectionSummary(
        section="part:all:2010-03:20100305t140000-89abcdef",
        label="2010-03-05/2010-03-04",
        count=2,
        modified=CARRIERS.entry.modified,
    ),
)


def renderer(settings: SiteSettings = SETTINGS) -> Renderer:
    return Renderer(settings)


def whole_site(settings: SiteSettings = SETTINGS) -> dict[str, Artifact]:
    """Every kind of artifact, by key."""
    render = Renderer(settings)
    entries = [item.entry for item in POSTS]
    about = "Ada counts calls."
    made = [
        *render.post(CARRIERS, newer=None, older=CODECS.entry),
        *render.post(CODECS, newer=CARRIERS.entry, older=PACKETS.entry),
        *render.post(PACKETS, newer=CODECS.entry, older=None),
        *render.post(ABOUT, newer=None, older=None),
        *render.redirect("/old/", "/2010/03/carriers/"),
        *render.former_feed("/feed/"),
        *render.former_feed("/rss.xml"),
        *render.gone("/withdrawn/"),
        render.gone_artifact("tags/old/feed.xml"),
        *render.head("all", items=POSTS, label=settings.title, description=settings.description, years=()),
        *render.head("tag:voip", items=POSTS, label="VoIP", description="Voice over packets.", years=TAG_YEARS),
        *render.head("author:ada", items=POSTS, label="Ada Byron", description=about, years=()),
        *render.year("all", 2010, entries=(), months=MONTHS_2010, newer=None, older=2009, label="2010"),
        *render.year("tag:voip", 2010, entries=entries[:2], months=(), newer=None, older=None, label="VoIP"),
        *render.month(2010, 3, entries=entries[:2], newer=None, older=(2009, 12)),
        *render.year(
            "tag:voip", 2009, entries=entries[2:], months=(), newer=None, older=None, label="VoIP", parts=TAG_PARTS
        ),
        *render.part(TAG_PARTS[0].section, entries=entries[2:], label="VoIP"),
        *render.part(MONTH_PARTS[0].section, entries=entries[:2], label=""),
        *render.parts_of_month("parts:all:2010-03", MONTH_PARTS),
        *render.archive(YEARS),
        *render.tags(
            [
                SectionSummary(section="head:tag:voip", label="VoIP", count=3),
                SectionSummary(section="head:tag:news", label="News", count=2),
            ]
        ),
        *render.authors([SectionSummary(section="head:author:ada", label="Ada Byron", count=3)]),
        *render.pages([ABOUT.entry]),
        *render.site(),
        *render.search({"2010": SectionSummary(section="search:2010", label="0123456789abcdef", count=2)}),
    ]
    return {artifact.key: artifact for artifact in made}
