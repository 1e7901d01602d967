"""Ghost's cards as HTML: what its editors put between paragraphs, the same in both of its own formats.

The fields are those of https://github.com/TryGhost/Koenig (kg-default-nodes).
"""

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bucketpress.content.html.html_tokens import write
from bucketpress.content.markdown.parser import parse_markdown
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress_cli.importers.publication import Loss
from bucketpress_cli.importers.wordpress.players import embed

Data = Mapping[str, object]
_SETTINGS = SiteSettings(url="", smart_punctuation=False)
_AROUND = re.compile(r"</?(?:p|div)\b[^>]*>", re.IGNORECASE)
_SHOWS = re.compile(r"<(?:iframe|blockquote|img|audio|video|p)\b", re.IGNORECASE)
_LANGUAGE = re.compile(r"[\w+#.-]+")
_TEXTS = re.compile(r".*(?:text|html|heading|header|title|caption|content|description)", re.IGNORECASE)
_MOST_STARS = 5
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_INDENTED = re.compile(r" {4}|\t")
_TIGHT_HEADING = re.compile(r"^( {0,3}#{1,6})(?=[^#\s])")
_UNKNOWN = "Parts that Ghost's editor has and nothing is known of here"
NOT_PUBLIC = Loss(
    kind="Parts of posts that only members or readers of e-mails saw",
    what="",
    fix="They are left out. Write into the post what everybody may read.",
)
_FORM = Loss(
    kind="Sign-up forms", what="", fix="Bucketpress has no members. Link to where readers can sign up, if anywhere."
)


@dataclass(slots=True)
class CardWriter:
    """Writes cards, and notes what is lost of them; `is_whole` says that each was known.

    `shown_markdown` are cards of Markdown as HTML that readers saw, in their order.
    """

    losses: list[Loss] = field(default_factory=list)
    is_whole: bool = True
    shown_markdown: Sequence[str] = ()
    markdown_cards: int = 0

    def write(self, name: str, data: Data) -> str:
        """Return a card as HTML, "" for one that not everybody saw."""
        kind = name.removeprefix("card-")
        if kind in _NOT_SHOWN:
            self.losses.append(_FORM if kind == "signup" else NOT_PUBLIC)
            return ""
        if self.withholds(data):
            return ""
        if kind == "markdown":
            self.markdown_cards += 1
            if self.markdown_cards <= len(self.shown_markdown):
                return self.shown_markdown[self.markdown_cards - 1]
        if written := _CARDS.get(kind):
            return written(data)
        return self.write_unknown(name, "\n".join(_texts_in(data)))

    def withholds(self, data: Data) -> bool:
        """Return whether not everybody saw something, and note that."""
        if _is_public(data.get("visibility")):
            return False
        self.losses.append(NOT_PUBLIC)
        return True

    def write_unknown(self, name: str, text: str) -> str:
        """Note that something is not known, and return its text, which is all that is kept of it."""
        self.is_whole = False
        self.losses.append(Loss(kind=_UNKNOWN, what=name, fix="Their text came along. Look at these posts."))
        return text


def is_card(name: str) -> bool:
    """Return whether a card of this name is known."""
    return name in _CARDS or name in _NOT_SHOWN


def text(data: Data, name: str) -> str:
    """Return a field that is text, "" where there is none."""
    value = data.get(name)
    return value.strip() if isinstance(value, str) else ""


def _is_public(visibility: object) -> bool:
    """Return whether everybody saw a card on the web: what is not understood says that not everybody did."""
    if not visibility:
        return visibility is None or visibility == {}
    if not isinstance(visibility, Mapping):
        return False
    web = visibility.get("web")
    if web is not None:
        return isinstance(web, Mapping) and web.get("nonMember", True) is True
    return visibility.get("showOnWeb", True) is True and visibility.get("emailOnly", False) is False


def _texts_in(data: Data) -> Sequence[str]:
    found = [(name, value) for name, value in data.items() if isinstance(value, str) and value.strip()]
    shown = [
        value if "<" in value else f"<p>{html.escape(value, quote=False)}</p>"
        for name, value in found
        if _TEXTS.fullmatch(name)
    ]
    linked = [_paragraph(_link(value, value)) for name, value in found if name.lower() in {"url", "href"}]
    return [*shown, *linked]


def _inline(source: str) -> str:
    """Return HTML without the paragraphs around it."""
    return _AROUND.sub(" ", source).strip()


def _paragraph(inside: str) -> str:
    return f"<p>{inside}</p>" if inside else ""


def _link(url: str, shown: str) -> str:
    return f'<a href="{html.escape(url)}">{shown or html.escape(url)}</a>' if url else shown


def _figure(inside: str, caption: str) -> str:
    below = _inline(caption)
    return f"<figure>{inside}<figcaption>{below}</figcaption></figure>" if below and inside else inside


def _picture(data: Data, source: str = "src") -> str:
    address = text(data, source)
    title = f' title="{html.escape(text(data, "title"))}"' if text(data, "title") and source == "src" else ""
    shown = f'<img src="{html.escape(address)}" alt="{html.escape(text(data, "alt"))}"{title}>'
    return _link(text(data, "href"), shown) if address else ""


def _image(data: Data) -> str:
    shown = _picture(data)
    return _figure(shown, text(data, "caption")) if _inline(text(data, "caption")) else _paragraph(shown)


def _gallery(data: Data) -> str:
    images = data.get("images")
    shown = [_image(image) for image in (images if isinstance(images, list) else ()) if isinstance(image, Mapping)]
    return "\n".join([*shown, _paragraph(_inline(text(data, "caption")))])


def _before_after(data: Data) -> str:
    images = [data.get(name) for name in ("beforeImage", "afterImage")]
    return _gallery({"images": images, "caption": data.get("caption")})


def _code(data: Data) -> str:
    language, code = text(data, "language"), data.get("code")
    named = f' class="language-{language}"' if _LANGUAGE.fullmatch(language) else ""
    written = html.escape(code if isinstance(code, str) else "", quote=False)
    return _figure(f"<pre><code{named}>{written}</code></pre>", text(data, "caption"))


def _markdown(data: Data) -> str:
    return write(parse_markdown("\n".join(_as_common(text(data, "markdown"))), _SETTINGS).tokens)


def _as_common(source: str) -> Iterator[str]:
    """Yield lines of Ghost's Markdown as CommonMark: there a line break is one, and a heading needs no space."""
    fence = ""
    for line in source.split("\n"):
        found = _FENCE.match(line)
        if found and not fence:
            fence = found[1]
        elif found and found[1].startswith(fence) and not line.strip("`~ \r"):
            fence = ""
        elif not fence and line.strip() and not _INDENTED.match(line):
            yield _TIGHT_HEADING.sub(r"\1 ", line).rstrip() + "  "
            continue
        yield line


def _html(data: Data) -> str:
    return text(data, "html")


def _bookmark(data: Data) -> str:
    said = data.get("metadata")
    metadata = said if isinstance(said, Mapping) else data
    url = text(data, "url") or text(metadata, "url")
    title, below = (html.escape(text(metadata, name), quote=False) for name in ("title", "description"))
    return f"<blockquote>{_paragraph(_link(url, title))}{_paragraph(below)}</blockquote>" + _paragraph(
        _inline(text(data, "caption"))
    )


def _embed(data: Data) -> str:
    url, source = text(data, "url"), text(data, "html")
    player = embed(url) if url.startswith(("http://", "https://")) else ""
    shown = player if player and not player.startswith("<p>") else source if _SHOWS.search(source) else ""
    return _figure(shown, text(data, "caption")) if shown else _paragraph(_link(url, ""))


def _callout(data: Data) -> str:
    emoji, said = html.escape(text(data, "calloutEmoji")), _inline(text(data, "calloutText"))
    return f"<blockquote>{_paragraph(f'{emoji} {said}'.strip())}</blockquote>"


def _button(data: Data) -> str:
    return _paragraph(_link(text(data, "buttonUrl"), html.escape(text(data, "buttonText"), quote=False)))


def _toggle(data: Data) -> str:
    heading, content = _inline(text(data, "heading")), text(data, "content")
    inside = content if content.startswith("<") else _paragraph(content)
    return f"<details><summary>{heading}</summary>{inside}</details>"


def _audio(data: Data) -> str:
    player = f'<audio src="{html.escape(text(data, "src"))}" controls></audio>'
    return _figure(player, html.escape(text(data, "title"), quote=False)) if text(data, "src") else ""


def _video(data: Data) -> str:
    poster = text(data, "customThumbnailSrc") or text(data, "thumbnailSrc")
    named = f' poster="{html.escape(poster)}"' if poster else ""
    player = f'<video src="{html.escape(text(data, "src"))}"{named} controls></video>'
    return _figure(player, text(data, "caption")) if text(data, "src") else ""


def _file(data: Data) -> str:
    name = text(data, "fileTitle") or text(data, "fileName") or text(data, "src").rpartition("/")[2]
    below = html.escape(text(data, "fileCaption"), quote=False)
    linked = _link(text(data, "src"), html.escape(name, quote=False))
    return _paragraph(linked + (f"<br>{below}" if below else ""))


def _header(data: Data) -> str:
    heading, below = _inline(text(data, "header")), _inline(text(data, "subheader"))
    picture = _paragraph(_picture(data, "backgroundImageSrc"))
    button = _button(data) if data.get("buttonEnabled") is True else ""
    return picture + (f"<h2>{heading}</h2>" if heading else "") + _paragraph(below) + button


def _product(data: Data) -> str:
    title, said = _inline(text(data, "productTitle")), text(data, "productDescription")
    count = data.get("productStarRating")
    rated = data.get("productRatingEnabled") is True and isinstance(count, int) and 0 <= count <= _MOST_STARS
    stars = f"{'★' * count}{'☆' * (_MOST_STARS - count)}" if rated and isinstance(count, int) else ""
    button = {"buttonUrl": data.get("productUrl"), "buttonText": data.get("productButton")}
    shown = _paragraph(_picture(data, "productImageSrc")) + (f"<h4>{title}</h4>" if title else "") + _paragraph(stars)
    below = said if said.startswith("<") else _paragraph(said)
    return shown + below + (_button(button) if data.get("productButtonEnabled") is True else "")


def _call_to_action(data: Data) -> str:
    label = text(data, "sponsorLabel") if data.get("hasSponsorLabel") is True else ""
    said = text(data, "textValue")
    button = _button(data) if data.get("showButton") is True else ""
    parts = (part if part.startswith("<") else _paragraph(part) for part in (label, said) if part)
    return _paragraph(_picture(data, "imageUrl")) + "".join(parts) + button


def _rule(_: Data) -> str:
    return "<hr>"


def _nothing(_: Data) -> str:
    return ""


_NOT_SHOWN = frozenset({"email", "email-cta", "signup", "transistor"})
_CARDS: Mapping[str, Callable[[Data], str]] = {
    "audio": _audio,
    "before-after": _before_after,
    "bookmark": _bookmark,
    "button": _button,
    "call-to-action": _call_to_action,
    "callout": _callout,
    "code": _code,
    "codeblock": _code,
    "embed": _embed,
    "file": _file,
    "gallery": _gallery,
    "header": _header,
    "horizontalrule": _rule,
    "hr": _rule,
    "html": _html,
    "image": _image,
    "markdown": _markdown,
    "paywall": _nothing,  # Whoever may read the post reads on below it.
    "product": _product,
    "toggle": _toggle,
    "video": _video,
}
