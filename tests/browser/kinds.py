"""The kinds of page there are, each by an example."""

KINDS = {
    "home": "/",
    "post": "/2010/10/how-a-call-crosses-the-network/",
    "everything": "/2011/01/everything/",
    "right-to-left": "/2011/01/right-to-left/",
    "long-words": "/2011/01/long-word/",
    "empty": "/2011/01/empty/",
    "page": "/about/",
    "archive": "/archive/",
    "year": "/2010/",
    "month": "/2011/01/",
    "tag": "/tags/voip/",
    "tag-year": "/tags/voip/2010/",
    "author": "/authors/helen-marsh/",
    "tags": "/tags/",
    "authors": "/authors/",
    "search": "/search/?q=network",
    "not-found": "/nothing/here/",
    "gone": "/2010/05/withdrawn/",
}
STATUSES = {"not-found": 404, "gone": 410}
# What a reader of the documentation is shown of the site.
PICTURED = ("home", "post", "everything", "page", "archive", "month", "tag", "author", "tags", "not-found", "gone")
