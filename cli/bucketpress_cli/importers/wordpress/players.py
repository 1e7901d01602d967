"""What an address that stands for what it leads to is shown as: a player, or a link."""

import html
import re

_YOUTUBE = re.compile(
    r"https?://(?:www\.|m\.)?(?:youtube\.com/(?:watch\?(?:[^#\s]*&)?v=|embed/|shorts/|v/)|youtu\.be/)([\w-]{6,64})",
    re.ASCII,
)
_VIMEO = re.compile(r"https?://(?:www\.|player\.)?vimeo\.com/(?:video/)?([0-9]{4,20})", re.ASCII)
_SOUND = re.compile(r"https?://[^\s?#]+\.(?:mp3|m4a|ogg|oga|wav)", re.IGNORECASE)
_FILM = re.compile(r"https?://[^\s?#]+\.(?:mp4|m4v|webm|ogv|mov)", re.IGNORECASE)


def is_played(address: str) -> bool:
    """Return whether an address is that of sound or a film."""
    return _SOUND.fullmatch(address) is not None or _FILM.fullmatch(address) is not None


def embed(address: str) -> str:
    """Return HTML that shows what is at an address, as a block."""
    url = html.escape(html.unescape(address.strip()))
    if found := _YOUTUBE.match(address):
        return f'<iframe src="https://www.youtube-nocookie.com/embed/{found[1]}" title="YouTube"></iframe>'
    if found := _VIMEO.match(address):
        return f'<iframe src="https://player.vimeo.com/video/{found[1]}" title="Vimeo"></iframe>'
    if _SOUND.fullmatch(address):
        return f'<audio src="{url}" controls></audio>'
    if _FILM.fullmatch(address):
        return f'<video src="{url}" controls></video>'
    return f'<p><a href="{url}">{url}</a></p>'
