"""Takes out of an index and a site what a clean build would not know: former addresses, and what is gone."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Protocol

from bucketpress.ports import PostIndex
from bucketpress.records.site_object import StoredArtifact
from bucketpress.services.publish.transition import transition
from bucketpress.site.layout import section_of_artifact


class ForgetfulSite(Protocol):
    """A site that artifacts can be taken out of again."""

    @property
    def objects(self) -> Mapping[str, StoredArtifact]:
        """Return everything in it, by key."""
        ...

    def lose(self, key: str) -> None:
        """Delete an object."""
        ...


def forget_former_paths(index: PostIndex, key: str) -> None:
    """Drop every path at which a source was ever published; it is to be published again at once.

    What this touches stays in the outbox, which that run empties.
    """
    record = index.record(key)
    if record.live_paths:
        index.commit(transition(record, replace(record, revision=record.revision + 1, live_paths=()), None))


def forget_gone(index: PostIndex, site: ForgetfulSite) -> None:
    """Delete every artifact that only says that something is gone."""
    gone: defaultdict[str, set[str]] = defaultdict(set)
    for key, stored in site.objects.items():
        section = section_of_artifact(key)
        if stored.status == HTTPStatus.GONE and section is not None:
            gone[section].add(key)
    for section, keys in gone.items():
        record = index.section(section)
        left = {key: etag for key, etag in record.artifacts.items() if key not in keys}
        index.commit_section(replace(record, revision=record.revision + 1, artifacts=left))
        for key in keys:
            site.lose(key)
