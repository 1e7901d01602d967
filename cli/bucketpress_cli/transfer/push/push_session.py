"""One push: a folder and a bucket compared, the plan made of it, and the plan carried out."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bucketpress.content.source_keys import SETTINGS_KEY, is_source
from bucketpress.records.record import Record
from bucketpress.services.queries.folder_report import FileReport
from bucketpress_cli.aws_errors import errors
from bucketpress_cli.failure import command_line, fail
from bucketpress_cli.transfer.content_bucket import ContentBucket
from bucketpress_cli.transfer.folder_comparison import Difference, FileDifference, Known, compare
from bucketpress_cli.transfer.local_folder import LocalFolder, read_folder
from bucketpress_cli.transfer.push.push_plan import Choices, Intent, PushPlan, intent_of, plan_push
from bucketpress_cli.transfer.push.source_states import is_text, records_before, reports_after
from bucketpress_cli.transfer.target_bucket import read_many
from bucketpress_cli.transfer.transfer_state import agreed, intending, read_state, state_file, write_state
from bucketpress_cli.transfer.transfers import Outcome, Transfer, transfer_all


@dataclass(frozen=True, slots=True, kw_only=True)
class PushSession:
    """A folder and a bucket, what differs between them, and the plan that was made of it."""

    folder: Path
    bucket: ContentBucket
    local: LocalFolder
    known: Known
    differences: tuple[FileDifference, ...]
    plan: PushPlan

    @classmethod
    def begin(cls, folder: Path, bucket: ContentBucket, choices: Choices) -> "PushSession":
        """Compare and plan; nothing is written. Ends the command where the settings cannot be read."""
        with errors.status("comparing"):
            listed = {key: each.digest for key, each in bucket.listing().items()}
            local = read_folder(folder, listed)
            there = {key: digest for key, digest in listed.items() if key in local.files or is_source(key)}
            known = read_state(state_file(folder, bucket.name))
            here = {key: file.digest for key, file in local.files.items()}
            differences = compare(here, there, known, unread=local.refused.keys())
            intent = intent_of(differences, choices)
            before, after = _readings(folder, bucket, local, intent)
        settings = after.get(SETTINGS_KEY)
        if settings is not None and settings.is_wrong:
            fail(f"site.yaml: {settings.problems[0]}", then=command_line("check", folder))
        return cls(
            folder=folder,
            bucket=bucket,
            local=local,
            known=known,
            differences=differences,
            plan=plan_push(intent, before=before, after=after, refused=local.refused),
        )

    def carry_out(self) -> Outcome:
        """Write and delete as planned; what is known of the bucket is written down before and after."""
        files, state = self.local.files, state_file(self.folder, self.bucket.name)
        uploads = {write.key: files[write.key].digest for write in self.plan.writes}
        known = self._known_by_now()
        if known != self.known or uploads:
            write_state(state, intending(known, uploads))
        if not uploads and not self.plan.deletions:
            return Outcome()
        groups: list[list[tuple[str, Transfer]]] = [
            [(write.key, partial(self.bucket.put, self.folder, files[write.key], write.expected)) for write in group]
            for group in self.plan.groups
        ]
        # Last: what is renamed must be there under its new name before the old one goes.
        groups.append([(each.key, self._deletion(each.key, each.expected)) for each in self.plan.deletions])
        outcome = transfer_all(groups, sum(files[key].size for key in uploads), errors)
        written = {key: uploads[key] for key in outcome.done if key in uploads}
        deleted = [key for key in outcome.done if key not in uploads]
        write_state(state, agreed(intending(known, uploads), written, deleted))
        return outcome

    def texts_sent(self, outcome: Outcome) -> dict[str, str]:
        """Return the digests of the texts that were written, by key."""
        return {key: self.local.files[key].digest for key in outcome.done if key in self.local.files and is_text(key)}

    def here(self, key: str) -> bytes:
        """Read a file of the folder, empty where there is none."""
        file = self.local.files.get(key)
        return (self.folder / file.name).read_bytes() if file else b""

    def there(self, key: str) -> bytes:
        """Read an object of the bucket, empty where there is none."""
        return self.bucket.read(key) or b""

    def _known_by_now(self) -> Known:
        """Return what the comparison shows: the files that are equal, and those that neither side has any more."""
        same = (each for each in self.differences if each.difference is Difference.SAME)
        present = {each.key for each in self.differences} | self.local.refused.keys()
        gone = {*self.known.seen, *self.known.sent} - present
        return agreed(self.known, {each.key: each.here for each in same if each.here}, gone)

    def _deletion(self, key: str, expected: str) -> Transfer:
        return lambda _progress: self.bucket.delete(key, expected)


def _readings(
    folder: Path, bucket: ContentBucket, local: LocalFolder, intent: Intent
) -> tuple[Mapping[str, Record], Mapping[str, FileReport]]:
    """Return records of the texts concerned as the bucket has them, and what a check finds where any is written."""
    written = [write.key for write in intent.writes if is_text(write.key)]
    old = [write.key for write in intent.writes if write.expected and is_text(write.key)]
    touched = [*old, *(deletion.key for deletion in intent.deletions if is_text(deletion.key))]
    before = records_before(folder, local, touched, partial(read_many, bucket)) if touched else {}
    return before, reports_after(folder) if written else {}
