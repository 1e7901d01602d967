"""The media type of a file by its extension: one table, so that every machine and Python serves the same."""

_TEXT = "; charset=utf-8"
MEDIA_TYPES = {
    "7z": "application/x-7z-compressed",
    "aac": "audio/aac",
    "aif": "audio/aiff",
    "aiff": "audio/aiff",
    "apng": "image/apng",
    "avi": "video/x-msvideo",
    "avif": "image/avif",
    "bmp": "image/bmp",
    "bz2": "application/x-bzip2",
    "css": "text/css" + _TEXT,
    "csv": "text/csv" + _TEXT,
    "eot": "application/vnd.ms-fontobject",
    "epub": "application/epub+zip",
    "flac": "audio/flac",
    "geojson": "application/geo+json",
    "gif": "image/gif",
    "glb": "model/gltf-binary",
    "gltf": "model/gltf+json",
    "gpx": "application/gpx+xml",
    "gz": "application/gzip",
    "heic": "image/heic",
    "heif": "image/heif",
    "htm": "text/html" + _TEXT,
    "html": "text/html" + _TEXT,
    "ico": "image/x-icon",
    "ics": "text/calendar" + _TEXT,
    "jfif": "image/jpeg",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "js": "text/javascript" + _TEXT,
    "json": "application/json",
    "jxl": "image/jxl",
    "kml": "application/vnd.google-earth.kml+xml",
    "m4a": "audio/mp4",
    "m4v": "video/mp4",
    "md": "text/markdown" + _TEXT,
    "mid": "audio/midi",
    "midi": "audio/midi",
    "mjs": "text/javascript" + _TEXT,
    "mkv": "video/matroska",
    "mov": "video/quicktime",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "mpeg": "video/mpeg",
    "mpg": "video/mpeg",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "oga": "audio/ogg",
    "ogg": "audio/ogg",
    "ogv": "video/ogg",
    "opus": "audio/ogg",
    "otf": "font/otf",
    "parquet": "application/vnd.apache.parquet",
    "pdf": "application/pdf",
    "png": "image/png",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "rar": "application/vnd.rar",
    "srt": "application/x-subrip",
    "stl": "model/stl",
    "svg": "image/svg+xml",
    "tar": "application/x-tar",
    "tgz": "application/gzip",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "tsv": "text/tab-separated-values" + _TEXT,
    "ttf": "font/ttf",
    "txt": "text/plain" + _TEXT,
    "vcf": "text/vcard" + _TEXT,
    "vtt": "text/vtt" + _TEXT,
    "wasm": "application/wasm",
    "wav": "audio/wav",
    "webm": "video/webm",
    "webmanifest": "application/manifest+json",
    "webp": "image/webp",
    "wma": "audio/x-ms-wma",
    "wmv": "video/x-ms-wmv",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
    "xz": "application/x-xz",
    "zip": "application/zip",
    "zst": "application/zstd",
}
# A text, a page or a program, not something put into a page: among posts it is a leftover or another tool's source.
_NOT_FOR_PAGES = frozenset({"css", "htm", "html", "js", "md", "mjs", "txt", "wasm", "webmanifest"})


def is_for_pages(name: str, *, pictures_only: bool = False) -> bool:
    """Return whether a file is of a kind people put into pages; with `pictures_only`, one seen or heard there."""
    _, dot, extension = name.rpartition("/")[2].rpartition(".")
    kind = MEDIA_TYPES.get(extension.lower(), "") if dot else ""
    if pictures_only:
        return kind.startswith(("image/", "video/", "audio/"))
    return bool(kind) and extension.lower() not in _NOT_FOR_PAGES


def media_type(name: str) -> str:
    """Return the media type of a file name, `application/octet-stream` for an extension not in the table."""
    _, dot, extension = name.rpartition("/")[2].rpartition(".")
    return MEDIA_TYPES.get(extension.lower(), "application/octet-stream") if dot else "application/octet-stream"
