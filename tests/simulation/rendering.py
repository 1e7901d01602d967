"""The production renderer, remembered: rendering is pure, and a simulation renders the same things over and over."""

import hashlib
from collections.abc import Callable
from typing import Any

from bucketpress.content.settings.site_settings import SiteSettings
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
            if asked not in _KNOWN:
                if len(_KNOWN) > KEPT:
                    _KNOWN.clear()
                _KNOWN[asked] = render(*arguments, **named)
            return _KNOWN[asked]

        return remembered


_KNOWN: dict[bytes, Any] = {}
_RENDERERS: dict[str, RememberingRenderer] = {}


def remembering(settings: SiteSettings) -> Any:
    """Make the renderer of some settings."""
    described = repr(settings)
    if described not in _RENDERERS:
        _RENDERERS[described] = RememberingRenderer(settings, described)
    return _RENDERERS[described]
