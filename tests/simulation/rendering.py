"""What is pure in production, remembered: a simulation reads and renders the same things over and over."""

import hashlib
from collections.abc import Callable
from functools import partial
from typing import Any

from bucketpress.content.post_reader import Outcome, read_post
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import SourceKey
from bucketpress.services.publish.source_reader import read_source
from bucketpress.site.renderer import Renderer
from bucketpress.site.search.cells import SegmentLimits

KEPT = 10_000
# So few that the posts of a simulated year need more than one segment.
SEGMENT_LIMITS = SegmentLimits(posts=5, bytes=2500)


class RememberingRenderer:
    """Renders each thing once. What it is asked is compared as text: equal moments of two zones render differently."""

    def __init__(self, settings: SiteSettings, described: str) -> None:
        self.settings = settings
        self.segment_limits = SEGMENT_LIMITS
        self._renderer = Renderer(settings, segment_limits=SEGMENT_LIMITS)
        self._described = described

    def __getattr__(self, method: str) -> Callable[..., Any]:
        render = getattr(self._renderer, method)

        def remembered(*arguments: Any, **named: Any) -> Any:
            asked = hashlib.md5(f"{self._described} {method} {arguments!r} {named!r}".encode()).digest()
            return _once(asked, partial(render, *arguments, **named))

        setattr(self, method, remembered)
        return remembered


_KNOWN: dict[object, Any] = {}
_RENDERERS: dict[str, RememberingRenderer] = {}
# By identity, with the settings themselves, so that none is ever freed and its identity given to others.
_OF_SETTINGS: dict[int, tuple[SiteSettings, RememberingRenderer]] = {}


def _once(asked: object, make: Callable[[], Any]) -> Any:
    if asked not in _KNOWN:
        if len(_KNOWN) > KEPT:
            _KNOWN.clear()
        _KNOWN[asked] = make()
    return _KNOWN[asked]


def remembering(settings: SiteSettings) -> Any:
    """Return the renderer of some settings: one for all that are alike."""
    if id(settings) not in _OF_SETTINGS:
        if len(_OF_SETTINGS) > KEPT:
            _OF_SETTINGS.clear()
        described = repr(settings)
        if described not in _RENDERERS:
            _RENDERERS[described] = RememberingRenderer(settings, described)
        _OF_SETTINGS[id(settings)] = settings, _RENDERERS[described]
    return _OF_SETTINGS[id(settings)][1]


def _read_once(source: SourceKey, data: bytes, settings: SiteSettings) -> Outcome:
    """Read the bytes of a post or page, as production does, unless these were read under the same settings."""
    # The renderer stands for its settings: there is one for all that are alike.
    outcome: Outcome = _once((source, data, remembering(settings)), lambda: read_post(source, data, settings))
    return outcome


reading = partial(read_source, understand=_read_once)
