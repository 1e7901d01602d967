"""Shortcodes of WordPress as HTML: captions, galleries, players, code; others go, with what they would have shown."""

import html
import re
from collections.abc import Callable, Mapping, Sequence

from bucketpress_cli.importers.publication import Loss
from bucketpress_cli.importers.wordpress.players import embed

# Of SyntaxHighlighter, Crayon, CodeColorer (`cc`, `ccw_php`) and others.
_CODE_NAMES = (
    "actionscript3|as3|bash|c|cc[a-z]?(?:_[a-z0-9]+)?|clojure|code|codesyntax|coldfusion|cpp|crayon|csharp|css|delphi"
    "|diff|erlang|fsharp|groovy|haskell|html|java|javafx|javascript|js|jscript|matlab|objc|patch|perl|php|plain"
    "|powershell|python|rails|ruby|scala|shell|sourcecode|sql|vb|vbnet|xhtml|xml|xslt"
)
_CODE = re.compile(
    rf"(?<!\[)\[(?P<name>{_CODE_NAMES})(?P<attributes>(?:\s[^\]\n]{{0,300}})?)\](?P<text>.*?)\[/(?P=name)\]",
    re.IGNORECASE | re.DOTALL,
)
_FORMULA = re.compile(r"\$latex\s+(?P<one>[^$\n]{1,2000})\$|\[latex\](?P<other>.{1,2000}?)\[/latex\]", re.DOTALL)
_CODE_HTML = re.compile(
    r"<(?P<name>pre|code)\b(?P<attributes>[^>]*)>(?P<text>.*?)</(?P=name)\s*>", re.IGNORECASE | re.DOTALL
)
# WP-Syntax and CodeColorer are told the language so, and show what is in there as it is written, tags and all.
_WRITTEN_IN = re.compile(r"""\slang=["']?(?P<language>[\w+#.-]+)""")
_SPOKEN = re.compile(r"(?!(?:cs|go|js|pl|ps|py|rb|sh|ts|vb)$)[a-z]{2}(?:-[a-z]{2})?", re.IGNORECASE)
_SHORTCODE = re.compile(
    r"""(?P<escaped>\[\[[a-z][\w-]*[^\[\]\n]*\]\])
    |\[(?P<close>/?)(?P<name>[a-z][\w-]{1,60})(?P<attributes>(?:[\s=](?:[^\[\]"'<>]|"[^"]{0,2000}"|'[^']{0,2000}')*?)?)(?P<self>/?)\]""",
    re.VERBOSE | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(
    r"""(?P<url>https?://[^\s"'\]]+)|([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))|"([^"]*)"|([^\s"'=]+)"""
)
_CAPTION = re.compile(
    r"\[(?P<name>caption|wp_caption)(?P<attributes>\s[^\]]*)?\](?P<inside>.*?)\[/(?P=name)\]", re.DOTALL | re.IGNORECASE
)
_PICTURE = re.compile(r"\s*((?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?)(.*)", re.DOTALL | re.IGNORECASE)
_ALONE = re.compile(r"^[ \t]*(https?://[^\s<>\"]+)[ \t]*$", re.MULTILINE)
# What plug-ins and themes call theirs without an attribute to tell them by: words in small letters, as `[a-z]` is none.
_PLUGIN = re.compile(
    r"[a-z][a-z0-9]+(?:[-_][a-z0-9]{2,})+|contactform|toc|recent|sitemap|button|more|columns?|row|tabs?|spoiler|gallery"
    r"|playlist"
)
# Beside one of these a word between brackets is code: `$_POST[user_name]`.
_BESIDE_CODE = re.compile(r"[\w$)\]]")
_LANGUAGE = {
    **dict.fromkeys(("code", "codesyntax", "crayon", "plain", "sourcecode"), ""),
    "js": "javascript",
    "jscript": "javascript",
    "patch": "diff",
    "shell": "bash",
}
_DROPPED = "Shortcodes whose plug-ins are not here"
_FIX = "Look at these posts, and write what should be seen there."

Gallery = Callable[[Sequence[str]], Sequence[str]]


def take_code(text: str) -> tuple[str, Mapping[str, str]]:
    """Return a text with marks in the place of code, and the code by its mark, so that nothing else rewrites it."""
    kept: dict[str, str] = {}

    def mark(found: re.Match[str]) -> str:
        attributes = _attributes(found["attributes"])
        name = found["name"].lower()
        named_so = _LANGUAGE.get(name, name) if not name.startswith("cc") else name.partition("_")[2]
        language = attributes.get("language") or attributes.get("lang") or named_so
        named = f' class="language-{html.escape(language)}"' if re.fullmatch(r"[\w+#.-]+", language) else ""
        code = html.escape(html.unescape(found["text"].strip("\r\n")), quote=False)
        key = f"\x00{len(kept)}\x00"
        kept[key] = f"<pre><code{named}>{code}</code></pre>"
        return f"\n\n{key}\n\n"

    def mark_html(found: re.Match[str]) -> str:
        key = f"\x00{len(kept)}\x00"
        told = _WRITTEN_IN.search(found["attributes"])
        is_block = found["name"].lower() == "pre"
        if told and not _SPOKEN.fullmatch(told["language"]):
            is_block = is_block or "\n" in found["text"].strip()
            code = html.escape(html.unescape(found["text"].strip("\r\n")), quote=False)
            named = f'<code class="language-{told["language"].lower()}">{code}</code>'
            kept[key] = f"<pre>{named}</pre>" if is_block else f"<code>{code}</code>"
        else:
            kept[key] = found[0]
        return f"\n\n{key}\n\n" if is_block else key

    def mark_formula(found: re.Match[str]) -> str:
        key = f"\x00{len(kept)}\x00"
        formula = html.escape(html.unescape((found["one"] or found["other"]).strip()), quote=False)
        kept[key] = f"<code>{formula}</code>"
        return key

    return _FORMULA.sub(mark_formula, _CODE_HTML.sub(mark_html, _CODE.sub(mark, text))), kept


def without_shortcodes(text: str, gallery: Gallery) -> tuple[str, tuple[Loss, ...]]:
    """Return a text with its shortcodes as HTML, and what is lost of them. `gallery` finds pictures by their ids."""
    losses: list[Loss] = []
    named = [found for found in _SHORTCODE.finditer(text) if found["name"]]
    closed = {found["name"].lower() for found in named if found["close"]}
    opened = {found["name"].lower() for found in named if not found["close"]}
    text = _CAPTION.sub(_caption, text)
    text = _ALONE.sub(lambda found: f"\n{embed(found[1])}\n", text)
    text = re.sub(r"\[embed[^\]]*\]\s*(https?://[^\s\[<]+)\s*\[/embed\]", lambda found: embed(found[1]), text)

    def shown(found: re.Match[str]) -> str:
        if found["escaped"]:
            return found["escaped"][1:-1]
        name, attributes = found["name"].lower(), _attributes(found["attributes"])
        if found["close"]:
            return "" if name in opened else found[0]
        if name in _SHOWN:
            if (made := _SHOWN[name](attributes, gallery)) is not None:
                return made
        elif not (found["self"] or "=" in found["attributes"] or name in closed or _is_plugins(found)):
            return found[0]  # A word between brackets, which WordPress would show as well.
        losses.append(Loss(kind=_DROPPED, what=f"[{name}]", fix=_FIX))
        return ""

    return _SHORTCODE.sub(shown, text), tuple(losses)


def _is_plugins(found: re.Match[str]) -> bool:
    """Return whether a word between brackets is most likely a shortcode, by its spelling and what is before it."""
    before = found.string[found.start() - 1 : found.start()]
    return _PLUGIN.fullmatch(found["name"]) is not None and _BESIDE_CODE.match(before) is None


def _caption(found: re.Match[str]) -> str:
    attributes = _attributes(found["attributes"] or "")
    picture = _PICTURE.fullmatch(found["inside"])
    if picture is None:
        return found["inside"]
    caption = attributes.get("caption") or picture[2].strip()
    return f"<figure>{picture[1]}<figcaption>{caption}</figcaption></figure>" if caption else picture[1]


def _attributes(written: str) -> dict[str, str]:
    """Return the attributes of a shortcode, those without a name by their number from 0."""
    found: dict[str, str] = {}
    bare = 0
    for match in _ATTRIBUTE.finditer(written.strip().removeprefix("=")):
        url, name, *values = match.groups()
        value = url or next((each for each in values if each is not None), "")
        if name is None:
            name, bare = str(bare), bare + 1
        found.setdefault(name.lower(), html.unescape(value))
    return found


def _gallery(attributes: Mapping[str, str], gallery: Gallery) -> str | None:
    written = attributes.get("ids") or attributes.get("include") or ""
    pictures = gallery([each for each in re.split(r"[,\s]+", written) if each])
    return "".join(pictures) or None


def _player(attributes: Mapping[str, str], _: Gallery) -> str | None:
    names = ("src", "mp3", "mp4", "m4a", "m4v", "ogg", "webm", "wav", "url", "0", "id")
    address = next((attributes[name] for name in names if attributes.get(name)), "")
    return embed(address) if address.startswith(("http://", "https://")) else None


def _video_of(pattern: str) -> Callable[[Mapping[str, str], Gallery], str | None]:
    def shown(attributes: Mapping[str, str], _: Gallery) -> str | None:
        address = next((attributes[name] for name in ("url", "0", "id", "src") if attributes.get(name)), "")
        if not address:
            return None
        return embed(address if address.startswith("http") else pattern.format(address))

    return shown


_SHOWN: dict[str, Callable[[Mapping[str, str], Gallery], str | None]] = {
    "gallery": _gallery,
    "audio": _player,
    "video": _player,
    "embed": _player,
    "youtube": _video_of("https://www.youtube.com/watch?v={}"),
    "vimeo": _video_of("https://vimeo.com/{}"),
}
