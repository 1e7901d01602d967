"""The site's settings as the index holds them."""

from dataclasses import dataclass

from bucketpress.content.settings.site_settings import SiteSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSettings:
    """The site's settings as the index holds them; `revision` grows whenever they change.

    `recovering` says that the site bucket knows what the index does not know yet: then nothing may be refreshed.
    """

    revision: int
    settings: SiteSettings
    default_url: str
    recovering: bool = False

    def generation(self, software: str) -> str:
        """Return the generation of what is made now: these settings and this version of the software."""
        return f"{self.revision}/{software}"

    def are_older_than(self, generation: str) -> bool:
        """Return whether something of a generation was made under later settings than these."""
        revision, slash, _ = generation.partition("/")
        return bool(slash) and int(revision) > self.revision
