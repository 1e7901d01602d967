"""The content type that an object of the site bucket is stored with: one that CloudFront compresses.

CloudFront compresses by a fixed list of types, which holds neither Atom nor JSON Feed nor Markdown. It looks at what
the origin says; its function for answers then names the type that readers get, which the object has as metadata
(docs/adr/0034-types-at-rest.md).
"""

# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html
COMPRESSED_TYPES = frozenset(
    {
        f"application/{name}"
        for name in ("dash+xml", "eot", "font", "font-sfnt", "javascript", "json", "opentype", "otf")
    }
    | {f"application/{name}" for name in ("pkcs7-mime", "protobuf", "rss+xml", "truetype", "ttf", "xhtml+xml", "xml")}
    | {f"application/{name}" for name in ("vnd.apple.mpegurl", "vnd.ms-fontobject", "x-font-opentype")}
    | {f"application/x-{name}" for name in ("font-truetype", "font-ttf", "httpd-cgi", "javascript", "mpegurl")}
    | {f"application/x-{name}" for name in ("opentype", "otf", "perl", "ttf")}
    | {f"font/{name}" for name in ("eot", "opentype", "otf", "ttf")}
    | {f"text/{name}" for name in ("css", "csv", "html", "javascript", "js", "plain", "richtext", "xml")}
    | {f"text/{name}" for name in ("tab-separated-values", "x-component", "x-java-source", "x-script")}
    | {"image/svg+xml", "vnd.apple.mpegurl"}
)
# Texts whose type does not say so.
_TEXTS = frozenset({"application/x-subrip"})
# Without a charset, which a document has in itself: some stores give this type back without the one it was given.
_XML = "application/xml"
TYPE_METADATA = "content-type"


def is_compressed(content_type: str) -> bool:
    """Return whether CloudFront compresses what an origin gives this type."""
    return media_type_of(content_type) in COMPRESSED_TYPES


def type_at_rest(content_type: str) -> str:
    """Return the type to store an object with: the same, or for text that would stay uncompressed a plainer one."""
    media_type = media_type_of(content_type)
    plainer = media_type if media_type in COMPRESSED_TYPES else _plainer(media_type)
    if plainer == _XML:
        return _XML
    return content_type if plainer == media_type else content_type.lower().replace(media_type, plainer, 1)


def media_type_of(content_type: str) -> str:
    """Return a content type without its parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


def _plainer(media_type: str) -> str:
    if media_type.endswith("+xml"):
        return _XML
    if media_type.endswith("+json"):
        return "application/json"
    return "text/plain" if media_type.startswith("text/") or media_type in _TEXTS else media_type
