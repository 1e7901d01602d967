"""Bugs planted on purpose in the production protocols, each of which the simulation has to catch."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "layers" / "shared" / "bucketpress"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One text of one module replaced by another. `old` stands in the module exactly once; `more` is added to its end."""

    name: str
    module: str
    old: str
    new: str
    more: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a mutant: the search that caught it ("" if none did), where, and after how many CPU seconds."""

    mutant: str
    caught_by: str
    where: str
    seconds: float


def text_of(mutant: Mutant) -> str:
    """Return the module as the mutant has it. Raises ValueError when the text to replace is not there just once."""
    text = (PACKAGE / mutant.module).read_text()
    if text.count(mutant.old) != 1:
        message = f"{mutant.name}: {mutant.module} has the text {text.count(mutant.old)} times"
        raise ValueError(message)
    return text.replace(mutant.old, mutant.new) + mutant.more


def plant(folder: Path, module: str, text: str) -> None:
    """Write a copy of the package with another text of one module; the others need not be compiled again."""
    shutil.copytree(PACKAGE, folder / "bucketpress")
    (folder / "bucketpress" / module).write_text(text, "utf-8")


def hunt(mutant: Mutant) -> Verdict:
    """Run the searches against a copy of the package that has the bug, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        plant(Path(folder), mutant.module, text_of(mutant))
        environment = os.environ | {"PYTHONPATH": f"{folder}{os.pathsep}{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-m", "tests.simulation", "hunt", "--module", mutant.module]
        command += ["--pages-first"] if mutant.module in PAGES_FIRST else []
        done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        message = f"{mutant.name} cannot be tried: {done.stderr}"
        raise RuntimeError(message)
    found = json.loads(done.stdout)
    return Verdict(mutant=mutant.name, **found)


PUBLISH, DECISION, REFRESH = (
    "services/publish/publisher.py",
    "services/publish/decision.py",
    "services/refresh/refresher.py",
)
SECTION_BUILDER, AUDIT, UPKEEP = (
    "services/refresh/section_builder.py",
    "services/upkeep/audit.py",
    "services/upkeep/tick.py",
)
REBUILD, SOURCE_READER, CLAIMS = (
    "services/upkeep/rebuild.py",
    "services/publish/source_reader.py",
    "services/publish/path_conflicts.py",
)
KEYS, KEY_FORM, ENVELOPE = (
    "content/front_matter/keys.py",
    "content/front_matter/syntax/key_form.py",
    "content/front_matter/envelope.py",
)
PAGE_QUEUE, IMPACT, COMPARISON = "services/page_queue.py", "site/impact.py", "services/upkeep/comparison.py"
DEPENDENCIES, TRANSITION = "services/publish/dependencies.py", "services/publish/transition.py"
OUTBOX_SENDER, PUBLISH_REQUEST = "services/publish/outbox_sender.py", "services/publish/publish_request.py"
REFRESH_REQUEST, ARTIFACT_WRITER = "services/refresh/refresh_request.py", "services/refresh/artifact_writer.py"
PARTS, LAYOUT = "services/parts.py", "site/layout.py"
SEARCH_BUILDER, SEARCH_SECTIONS = "services/refresh/search_builder.py", "services/search_sections.py"
VARIANTS = "content/pictures/variants.py"
PAGES_FIRST = frozenset({REFRESH, REFRESH_REQUEST, SECTION_BUILDER, ARTIFACT_WRITER})

ROLLING = "services/upkeep/rolling_refresh.py"
CHECKPOINTS, CHECKPOINT = "services/upkeep/checkpoints.py", "records/checkpoint.py"
CHANGE_LOG = "services/publish/change_log.py"
RECEIPTS = "services/publish/receipts.py"
RECOVERY = "services/upkeep/recovery.py"

MUTANTS = (
    Mutant("publish: no outbox", TRANSITION, "record=replace(new, outbox=old.outbox | outbox)", "record=new"),
    Mutant("publish: the old outbox is forgotten", TRANSITION, "outbox=old.outbox | outbox)", "outbox=outbox)"),
    Mutant(
        "publish: the outbox is cleared before it is sent",
        OUTBOX_SENDER,
        "        sections = set(outbox.sections)\n",
        "        sections = set(outbox.sections)\n        self.index.clear_outbox(record)\n",
    ),
    Mutant(
        "publish: the outbox is cleared without a look at the revision",
        OUTBOX_SENDER,
        "        self.index.clear_outbox(record)\n",
        "        self.index.clear_outbox(replace(record, revision=self.index.record(record.key).revision))\n",
        "from dataclasses import replace\n",
    ),
    Mutant(
        "publish: no commit where nothing changed",
        PUBLISH,
        "            added = names_looked_up",
        "            if not change.record.outbox and not change.settings and change.record.etag == record.etag:\n"
        "                return record\n"
        "            added = names_looked_up",
    ),
    Mutant(
        "publish: the source before the record",
        PUBLISH,
        "            record, stored = self._started(source, begun)\n"
        "            begun = None\n"
        "            now = self.clock()\n"
        "            repeats = object_only and may_repeat(source, record, stored, self.software, now)\n"
        "            found = find_newest(self.content, source) if repeats else None\n"
        "            if found is not None and is_same(found.version, record):\n"
        "                change = repetition(record, found.version, now=now, asked_at=asked_at)\n"
        "            else:\n"
        "                reading = self._read(source, stored, found)\n",
        "            stored = self.index.settings()\n"
        "            now = self.clock()\n"
        "            reading = self._read(source, stored, None)\n"
        "            record = self.index.record(key)\n"
        "            if reading:\n",
    ),
    Mutant(
        "publish: settings older than the record",
        PUBLISH,
        "        if stored is not None and any(stored.are_older_than(record.generation) for record in records.values()):\n"
        "            stored = self.index.settings()\n",
        "",
    ),
    Mutant(
        "publish: the commit is not conditional",
        PUBLISH,
        "                self.index.commit(change)\n",
        "                latest = self.index.record(key).revision + 1\n"
        "                change = replace(change, record=replace(change.record, revision=latest))\n"
        "                self.index.commit(change)\n",
        "from dataclasses import replace\n",
    ),
    Mutant(
        "publish: a lost race is taken for a success",
        PUBLISH,
        "            except RevisionConflictError:\n                continue\n",
        "            except RevisionConflictError:\n                return change.record\n",
    ),
    Mutant(
        "publish: an event for bytes already known is taken for a repetition",
        PUBLISH,
        "                change = repetition(record, found.version, now=now, asked_at=asked_at)\n",
        "                return record\n",
    ),
    Mutant(
        "publish: a message of our own is taken for an event of the bucket",
        PUBLISH,
        "            repeats = object_only and ",
        "            repeats = ",
    ),
    Mutant(
        "publish: what an event once said of a key is believed",
        SOURCE_READER,
        "        newest = found or find_newest(content, source)\n",
        "        newest = _EVENTS.setdefault((id(content), source.key), found or find_newest(content, source))\n",
        "_EVENTS: dict[object, NewestVersion | None] = {}\n",
    ),
    Mutant(
        "publish: neighbours are not told",
        OUTBOX_SENDER,
        "        for spot in sorted(spots, key=",
        "        for spot in sorted(list(spots)[:0], key=",
    ),
    Mutant(
        "publish: heads are told only of the newest text",
        OUTBOX_SENDER,
        "if len(entries) < most}",
        "if len(entries) < 1}",
    ),
    Mutant(
        "publish: heads are not told of a text",
        OUTBOX_SENDER,
        "        sections |= self._heads(record, next((each.settings for each in found if each.settings), None))\n",
        "",
    ),
    Mutant(
        "publish: heads are not told of a text in the last of their places",
        OUTBOX_SENDER,
        "if len(entries) < most}",
        "if len(entries) < most - 1}",
    ),
    Mutant(
        "publish: only the neighbours of the new place are told",
        IMPACT,
        "spots=spots, listings",
        "spots=frozenset(_spots([new.entry] if isinstance(new, Shown) else [])), listings",
    ),
    Mutant(
        "publish: a neighbour's own month is forgotten",
        IMPACT,
        "        sections.add(month_section(other))\n",
        "        pass\n",
    ),
    Mutant(
        "publish: rivals are not looked at after the commit",
        OUTBOX_SENDER,
        "        return [partial(self._contradicting, path) for path in sorted(paths)]\n",
        "        return []\n",
    ),
    Mutant(
        "publish: of the rivals only others are looked at, not the committer",
        OUTBOX_SENDER,
        "        keys = {key for each in found for key in each.sources}\n",
        "        keys = {key for each in found for key in each.sources} - {record.key}\n",
    ),
    Mutant(
        "publish: a path goes to who came first",
        DECISION,
        "any(key < gathered.source.key for key in waiting)",
        "any(key != gathered.source.key for key in waiting)",
    ),
    Mutant(
        "publish: the path that was left is not settled again",
        TRANSITION,
        "for claim in (*claims_in, *claims_out, *(old_claims[c.path] for c in claims_in if c.path in old_claims))",
        "for claim in claims_in",
    ),
    Mutant(
        "publish: former paths are not told of a move",
        TRANSITION,
        "    if moved:\n        answering.update(new.live_paths)",
        "",
    ),
    Mutant(
        "publish: a removed post forgets where it was",
        DECISION,
        "if state is State.PUBLISHED else old.live_paths,",
        "if state is State.PUBLISHED else (),",
    ),
    Mutant(
        "publish: a removed post starts again at revision 1",
        DECISION,
        "        revision=old.revision + 1,\n        state=state,\n        generation=gathered.stored",
        "        revision=1 if old.etag is None else old.revision + 1,\n"
        "        state=state,\n        generation=gathered.stored",
    ),
    Mutant(
        "publish: the rows stay when a post is withdrawn",
        TRANSITION,
        "rows_out=frozenset(old_rows.keys() - new_rows.keys())",
        "rows_out=frozenset(old_rows.keys() - new_rows.keys()) if new_rows else frozenset()",
    ),
    Mutant(
        "publish: the body stays",
        TRANSITION,
        "drop_body=old.shown is not None and new.shown is None",
        "drop_body=False",
    ),
    Mutant(
        "publish: the due time stays",
        TRANSITION,
        "due_out=old.due if new.due != old.due else None",
        "due_out=None",
    ),
    Mutant(
        "publish: scheduled posts are published a minute early",
        DECISION,
        "post.goes_live > gathered.now:",
        "post.goes_live > gathered.now + timedelta(minutes=1):",
        "from datetime import timedelta\n",
    ),
    Mutant("publish: nothing is published", DECISION, "gathered.source.draft or (", "True or ("),
    Mutant(
        "publish: the version is not written down",
        DECISION,
        "        etag=gathered.reading.newest.etag if gathered.reading.newest else None,\n        version=gathered",
        "        etag=None,\n        version=gathered",
    ),
    Mutant(
        "content: keys are matched with regard to case",
        KEY_FORM,
        'unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())',
        'unicodedata.normalize("NFKC", text)',
    ),
    Mutant(
        "content: an embargo is forgotten",
        KEYS,
        "goes_live = max((moment for moment in (published, *embargoes) if moment), default=None)",
        "goes_live = published",
    ),
    Mutant(
        "content: an empty file is published",
        ENVELOPE,
        "return _refused(held_back_above(text) or _EMPTY)",
        'return Envelope(fields=NOTHING, body="", first_line=1)',
    ),
    Mutant(
        "publish: a picture is not told that a post shows it",
        TRANSITION,
        "        shown_files=_files_concerned(old, new),\n",
        "",
    ),
    Mutant(
        "publish: what only drafts show is published",
        DEPENDENCIES,
        "return BundlePost(presence=Presence.PUBLIC) not in found or BundlePost(presence=Presence.HELD) in found",
        "return BundlePost(presence=Presence.HELD) in found",
    ),
    Mutant(
        "publish: what no post shows is published",
        DEPENDENCIES,
        "return BundlePost(presence=Presence.PUBLIC) not in found or BundlePost(presence=Presence.HELD) in found",
        "return BundlePost(presence=Presence.HELD) in found or ShowingPost(presence=Presence.HELD) in found",
    ),
    Mutant(
        "publish: a file waits for the post of its folder also where another shows it",
        DEPENDENCIES,
        "    if not is_beside_posts(source) or ShowingPost(presence=Presence.PUBLIC) in found:\n",
        "    if not is_beside_posts(source):\n",
    ),
    Mutant(
        "publish: a draft releases what it shows",
        DEPENDENCIES,
        "        if record.published_path is not None:\n            return {key: ShowingPost(",
        "        if record.version is not None:\n            return {key: ShowingPost(",
    ),
    Mutant(
        "publish: a link does not release a file",
        DEPENDENCIES,
        "if is_beside_posts(classify(key))), *record.linked_files))",
        "if is_beside_posts(classify(key))),))",
    ),
    Mutant(
        "publish: who links to a file is not written down",
        DEPENDENCIES,
        "for key in (*record.dependencies, *record.linked_files) for name",
        "for key in record.dependencies for name",
    ),
    Mutant(
        "publish: a file is not told that a public post shows it no more",
        OUTBOX_SENDER,
        "return file.state is State.PUBLISHED and composed(file.key) in shown",
        "return file.state is State.PUBLISHED",
    ),
    Mutant("publish: drafts are published", DECISION, "(post is not None and post.draft)", "False"),
    Mutant(
        "publish: dependents are written down after the commit",
        PUBLISH,
        "            if added:\n"
        "                # Before the commit: a source that changes after it must find us among its dependents.\n"
        "                self.index.add_dependent(key, sorted(added))\n"
        "            try:\n                self.index.commit(change)\n            except RevisionConflictError:\n"
        "                continue\n            self._outboxes.empty(change.record)\n"
        "            self._check_dependencies(change.record)\n",
        "            try:\n                self.index.commit(change)\n            except RevisionConflictError:\n"
        "                continue\n            self._outboxes.empty(change.record)\n"
        "            self._check_dependencies(change.record)\n"
        "            if added:\n                self.index.add_dependent(key, sorted(added))\n",
    ),
    Mutant(
        "publish: dependents are not told",
        TRANSITION,
        "dependents=moved if new.kind is not SourceKind.ASSET else dependency_on(old) != dependency_on(new),",
        "dependents=False,",
    ),
    Mutant(
        "publish: dependents are not told of a size",
        TRANSITION,
        "dependents=moved if new.kind is not SourceKind.ASSET else dependency_on(old) != dependency_on(new),",
        "dependents=moved,",
    ),
    Mutant("publish: a repetition forgets where its change stands", DECISION, "        changed=old.changed,\n", ""),
    Mutant(
        "publish: a file that depended on nothing is not looked at again",
        DEPENDENCIES,
        "    if record.version is None:\n        return False\n",
        "    if not record.dependencies:\n        return False\n",
    ),
    Mutant(
        "publish: dependencies are not looked at again",
        PUBLISH,
        "            self._check_dependencies(change.record)\n",
        "",
    ),
    Mutant(
        "publish: settings change without a rebuild",
        DECISION,
        "            phase=Phase.SOURCES if stored else Phase.DONE,\n",
        "            phase=Phase.DONE,\n",
    ),
    Mutant(
        "publish: an invalid version replaces the last good one",
        SOURCE_READER,
        "            return reading if reading.used else _look_back(content, source, reading, settings, understand)\n",
        "            return reading\n",
    ),
    Mutant(
        "refresh: the rows before the section",
        REFRESH,
        "                rendering, etags = self._write(section, start, known, written, trusts=trusts, unreadable=unreadable)\n",
        "                rendering, etags = self._write(section, start, known, written, trusts=trusts, unreadable=unreadable)\n"
        "                record = self.index.section(name)\n",
    ),
    Mutant(
        "refresh: what a page is made from before its section",
        REFRESH,
        "            pages = read_pages(self.index, self.parallel, owners)\n",
        "            pages = read_pages(self.index, self.parallel, owners)\n"
        "            begun = {name: replace(each, record=self.index.section(name)) for name, each in begun.items()}\n",
    ),
    Mutant(
        "refresh: the neighbours of the place that a claim of before names",
        SECTION_BUILDER,
        "if page and page.around and page.position == entry.position:",
        "if page and page.around:",
    ),
    Mutant(
        "refresh: a run counts from after what it read early",
        REFRESH,
        "record, began = start.record, start.early.began or self.clock()",
        "record, began = start.record, self.clock()",
    ),
    Mutant(
        "refresh: what was read early is kept after a lost race",
        REFRESH,
        "        for _ in range(ATTEMPTS):\n            start = begun or self._started(name)\n",
        "        early = NOTHING_EARLY\n        for _ in range(ATTEMPTS):\n"
        "            start = begun or replace(self._started(name), early=early)\n            early = start.early\n",
    ),
    Mutant(
        "publish: a claim keeps the place that the post had",
        TRANSITION,
        "            position=_position(record),\n",
        '            position="",\n',
    ),
    Mutant(
        "refresh: no commit where nothing differed",
        REFRESH,
        "                committed = self._commit(record, rendering, etags, written, began)\n",
        "                if not written and record.revision:\n"
        "                    return Refreshed(section=name, written=(), artifacts=len(etags))\n"
        "                committed = self._commit(record, rendering, etags, written, began)\n",
    ),
    Mutant(
        "refresh: what stays as the record has it is not looked at",
        ARTIFACT_WRITER,
        "                calls[key] = partial(self._look, key, artifact, record)\n",
        "                recorded = record.artifacts.get(key)\n"
        "                calls[key] = partial(str, recorded) if recorded else partial(self._look, key, artifact, record)\n",
    ),
    Mutant(
        "refresh: what a run that died may have left is not looked for",
        ARTIFACT_WRITER,
        "                calls[key] = partial(self._look, key, artifact, record)\n",
        "                calls[key] = partial(self._look, key, artifact, record) if artifact else lambda: None\n",
    ),
    Mutant(
        "refresh: a record that was found wrong is trusted again",
        REFRESH,
        "                trusts = False\n                continue\n",
        "                continue\n",
    ),
    Mutant(
        "refresh: what is found in place of what the record says is written over at once",
        ARTIFACT_WRITER,
        "            raise UnlikeRecordError(key)\n",
        "            return self._put(artifact, stored.etag if stored else None, {}) if artifact else None\n",
    ),
    Mutant(
        "refresh: the section's ETags are trusted",
        ARTIFACT_WRITER,
        "            stored = found.get(key)\n",
        "            if isinstance(artifact, Artifact) and record.artifacts.get(key) == artifact.etag:\n"
        "                found = {**found, key: stored_artifact(artifact)}\n"
        "            stored = found.get(key)\n",
    ),
    Mutant(
        "refresh: a cover is offered and never made",
        VARIANTS,
        "return shapes | ({cover_key(path, self.digest): COVER} if self.cover else {})",
        "return shapes",
    ),
    Mutant(
        "refresh: what stands out in a picture of the same bytes is not noted",
        ARTIFACT_WRITER,
        "    return not copy.stripped or (record.findings",
        "    return True or not copy.stripped or (record.findings",
    ),
    Mutant(
        "refresh: writes are not conditional",
        ARTIFACT_WRITER,
        "        if isinstance(artifact, AssetCopy):\n            made = self.site.copy",
        "        latest = self.site.head(artifact.key)\n        expected = latest.etag if latest else None\n"
        "        if isinstance(artifact, AssetCopy):\n            made = self.site.copy",
    ),
    Mutant(
        "refresh: settings are older than what the objects were found to be",
        REFRESH,
        "        stored = start.stored if trusts else self.index.settings()\n",
        "        stored = start.stored\n",
    ),
    Mutant(
        "refresh: objects are looked at only once",
        REFRESH,
        "        found = {} if trusts else writer.found(known)\n",
        "        attempt = id(written), frozenset(known)\n"
        "        found = {} if trusts else _FOUND.setdefault(attempt, (written, writer.found(known)))[1]\n",
        "_FOUND: dict[object, object] = {}\n",
    ),
    Mutant(
        "refresh: the commit is not conditional",
        REFRESH,
        "            revision=record.revision + 1,\n",
        "            revision=self.index.section(record.name).revision + 1,\n",
    ),
    Mutant(
        "refresh: a failed condition is taken for somebody else's success",
        REFRESH,
        "                trusts = False\n                continue\n",
        "                return Refreshed(section=name, written=(), artifacts=0)\n",
    ),
    Mutant(
        "refresh: clocks are thought to agree",
        REFRESH_REQUEST,
        "record.began - margin > request.sent_at",
        "record.began > request.sent_at",
    ),
    Mutant("refresh: a run counts from its end", REFRESH, "            began=began,\n", "            began=now,\n"),
    Mutant(
        "refresh: a run counts from after its reading",
        REFRESH,
        "                rendering, etags = self._write(section, start, known, written, trusts=trusts, unreadable=unreadable)\n",
        "                rendering, etags = self._write(section, start, known, written, trusts=trusts, unreadable=unreadable)\n"
        "                began = self.clock()\n",
    ),
    Mutant(
        "refresh: a message that comes again is taken for the first",
        REFRESH_REQUEST,
        "if not request.first_delivery or record.outbox",
        "if record.outbox",
    ),
    Mutant(
        "refresh: of the messages of a batch the oldest counts",
        REFRESH_REQUEST,
        "sent_at=max(",
        "sent_at=min(",
    ),
    Mutant(
        "refresh: nobody is told that the variants of a picture are finished",
        REFRESH,
        "| parents | _concerned(rendering, record) |",
        "| parents |",
    ),
    Mutant(
        "refresh: variants of a withdrawn picture lead to it",
        SECTION_BUILDER,
        "leads_to=path if shown else None,",
        "leads_to=path,",
    ),
    Mutant(
        "publish: variants are offered before they are there",
        DEPENDENCIES,
        "    return made if made == shown.variants else None\n",
        "    return shown.variants\n",
    ),
    Mutant(
        "refresh: parents are not told",
        REFRESH,
        "outbox=record.outbox | parents | _concerned(rendering, record) | _split_anew(rendering, record),",
        "outbox=frozenset(),",
    ),
    Mutant(
        "refresh: what was left to tell is forgotten",
        REFRESH,
        "outbox=record.outbox | parents |",
        "outbox=frozenset(parents) |",
    ),
    Mutant(
        "refresh: the outbox is cleared before it is sent",
        REFRESH,
        "        if left:\n            send_sections(self.page_queue, left)\n"
        "        if full:\n            self.index.clear_section_outboxes(full)\n",
        "        if full:\n            self.index.clear_section_outboxes(full)\n"
        "        if left:\n            send_sections(self.page_queue, left)\n",
    ),
    Mutant(
        "refresh: what has no place any more stays",
        ARTIFACT_WRITER,
        "    if not rendering.keeps_withdrawn:\n",
        "    if False:\n",
    ),
    Mutant(
        "refresh: a stylesheet nobody wrote down stays",
        REFRESH,
        "        return {key for page in listed for key, _ in page if section_of_artifact(key) == section.name}\n",
        "        return set()\n",
    ),
    Mutant(
        "refresh: a page of another version's body",
        SECTION_BUILDER,
        "        if body is None or body.digest != shown.body_digest:\n",
        "        if body is None:\n",
    ),
    Mutant(
        "refresh: redirects also to posts that wait for a path",
        SECTION_BUILDER,
        "            if former.shown is not None:\n"
        "                return self.renderer.redirect(path, former.shown.path)\n",
        "            if former.path is not None:\n                return self.renderer.redirect(path, former.path)\n",
    ),
    Mutant(
        "refresh: a former owner beats the live page",
        SECTION_BUILDER,
        "        if owner := owner_among(claims):\n            return self._live",
        "        owner = owner_among(claims)\n"
        "        if owner is not None and not any(claim.was_live and claim.key < owner.key for claim in claims):\n"
        "            return self._live",
    ),
    Mutant(
        "refresh: a renamed file is not found by its id",
        SECTION_BUILDER,
        "if heir := heir_of(self.index, formers):",
        "if heir := heir_of(self.index, ()):",
    ),
    Mutant(
        "publish: ids do not wake the paths of removed files",
        TRANSITION,
        "        names=_names_concerned(old, new),\n",
        "",
    ),
    Mutant("refresh: no 410", SECTION_BUILDER, "self.renderer.gone(path) if formers else", "() if formers else"),
    Mutant(
        "listings before pages",
        PAGE_QUEUE,
        "    for delay_seconds, batch in sorted(batches.items()):\n        queue.send(batch, delay_seconds=delay_seconds)\n",
        "    for delay_seconds, batch in sorted(batches.items(), reverse=True):\n        queue.send(batch, delay_seconds=SHARED_DELAY_SECONDS - delay_seconds)\n",
    ),
    Mutant(
        "contradictions: nobody is ever shadowed",
        CLAIMS,
        "[Standing.PUBLISHED, *[Standing.SHADOWED] * len(waiting)]",
        "[Standing.PUBLISHED] * len(waiting)",
    ),
    Mutant(
        "audit: sources are not compared",
        COMPARISON,
        "record.etag != (version.etag if version else None) or bool(record.outbox)",
        "bool(record.outbox)",
    ),
    Mutant(
        "audit: sources never seen are not looked for",
        AUDIT,
        "        if record is None or differs(",
        "        if record is None:\n            return False\n        if differs(",
    ),
    Mutant(
        "audit: what a tick had no time for is taken for compared",
        COMPARISON,
        "        return self.end if compared == len(keys) else keys[compared - 1]\n",
        "        return self.end\n",
    ),
    Mutant(
        "audit: a tick without time left begins again with the same sources",
        COMPARISON,
        "        return self.end if compared == len(keys) else keys[compared - 1]\n",
        "        return self.end if compared == len(keys) else (keys[compared - 2] if compared > 1 else min(keys)[:-1])\n",
    ),
    Mutant("audit: outboxes left full stay so", COMPARISON, " or bool(record.outbox)", ""),
    Mutant(
        "audit: objects that are lost are not missed",
        COMPARISON,
        "        or any(present.get(key) != etag for key, etag in section.artifacts.items())\n",
        "",
    ),
    Mutant(
        "audit: only the first part of the site bucket is looked at",
        AUDIT,
        "        if len(objects) == self.limits.audit_names:\n",
        "        if not objects and len(objects) == self.limits.audit_names:\n",
    ),
    Mutant(
        "audit: listings that have changed are taken for the same",
        AUDIT,
        "        if listed == checkpoint.in_order:\n",
        "        if listed:\n",
    ),
    Mutant(
        "audit: what was found and sent counts as repaired",
        AUDIT,
        "not checkpoint.sent and not found.sections and self",
        "self",
    ),
    Mutant(
        "audit: listings are compared by their keys alone",
        "services/upkeep/listing_digest.py",
        "[version.key, version.etag, version.version, modified]",
        "[version.key]",
    ),
    Mutant(
        "audit: the site bucket's listing is not compared",
        AUDIT,
        "        listed = digest_with_objects(checkpoint.listed, objects)\n        if len(objects) == limit:\n",
        "        listed = checkpoint.in_order\n        if len(objects) == limit:\n",
    ),
    Mutant(
        "rebuild: it begins with the first sources again and again",
        REBUILD,
        "replace(checkpoint, cursor=page[-1].key)",
        "replace(checkpoint, sent=len(page))",
    ),
    Mutant(
        "rebuild: the old stylesheet stays",
        REBUILD,
        "            send_sections(self.page_queue, [SITE])\n",
        "",
    ),
    Mutant(
        "rebuild: it is done before the old stylesheet is sent for",
        REBUILD,
        "            send_sections(self.page_queue, [SITE])\n"
        "            return 1, 0, replace(checkpoint, phase=Phase.DONE)\n",
        "            if advance(self.index, replace(checkpoint, phase=Phase.DONE), sent=1, looked_at=0):\n"
        "                send_sections(self.page_queue, [SITE])\n"
        "            return 0, 0, checkpoint\n",
    ),
    Mutant(
        "recovery: the old stylesheet is looked at before it may go",
        CHECKPOINT,
        "return not self.is_under_way or self.phase is Phase.LAST",
        "return not self.is_under_way",
    ),
    Mutant(
        "rebuild: sources are not published again",
        REBUILD,
        "            self.source_queue.send(keys)\n",
        "",
    ),
    Mutant(
        "rebuild: sections are not sent again",
        REBUILD,
        "        send_sections(self.page_queue, names)\n",
        "",
    ),
    Mutant(
        "rebuild: what other software has refreshed since is not sent again",
        REBUILD,
        "names = older if cursor or settling else older | standing_sections(self.index)\n",
        "names = set() if settling else older if cursor else older | standing_sections(self.index)\n",
    ),
    Mutant(
        "rebuild: it never comes to its end",
        REBUILD,
        "phase=Phase.SETTLING if cursor else Phase.RECORDS",
        "phase=Phase.SETTLING",
    ),
    Mutant(
        "recovery: a site without an index is taken for a new one",
        PUBLISH,
        'finds_site=is_first and bool(self.site.list_keys("", 1)),',
        "finds_site=False,",
    ),
    Mutant(
        "recovery: the site is not held", SECTION_BUILDER, "stored is None or stored.recovering:", "stored is None:"
    ),
    Mutant(
        "recovery: sources are not waited for",
        RECOVERY,
        "any(record is None or differs(stretch.sources.get(record.key), record) for record in records)",
        "False",
    ),
    Mutant(
        "recovery: old addresses are not read",
        RECOVERY,
        "                take_over(self.index, self.site, path)\n",
        "                pass\n",
    ),
    Mutant(
        "recovery: an old address is stored and not claimed",
        "services/upkeep/former_addresses.py",
        "PublishTransaction(record=taken_over, claims_in=(claim,))",
        "PublishTransaction(record=taken_over)",
    ),
    Mutant(
        "recovery: the site is held for ever",
        RECOVERY,
        "        mark_recovering(self.index, recovering=False)\n",
        "",
    ),
    Mutant(
        "recovery: once the site is let go everything else goes on",
        UPKEEP,
        "        if recovery.go_on(moment, time_is_up):\n",
        "        recovery.go_on(moment, time_is_up)\n        if stored.recovering:\n",
    ),
    Mutant(
        "recovery: what was published meanwhile is not refreshed",
        RECOVERY,
        "        send_sections(self.page_queue, names)\n",
        "",
    ),
    Mutant(
        "recovery: what no record accounts for is not refreshed",
        RECOVERY,
        "        send_sections(self.page_queue, unknown)\n",
        "",
    ),
    Mutant(
        "search: a changed post leaves its segment as it is",
        IMPACT,
        "{SearchSpot(position=after)} if after else set()",
        "{SearchSpot(position=after)} if after and after.startswith(PAGES) else set()",
    ),
    Mutant(
        "search: a changed page leaves its segment as it is",
        IMPACT,
        "{SearchSpot(position=after)} if after else set()",
        "{SearchSpot(position=after)} if after and not after.startswith(PAGES) else set()",
    ),
    Mutant(
        "search: a changed text leaves its segment as it is",
        IMPACT,
        "sections=frozenset(own | manifest), listings=listings, search=search)",
        "sections=frozenset(own | manifest), listings=listings)",
    ),
    Mutant("search: the manifest does not follow the segments", SEARCH_BUILDER, "label=made[0].etag", 'label=""'),
    Mutant(
        "search: a segment that is empty stays in the manifest",
        SEARCH_BUILDER,
        "    return MadeCell(artifacts=made, summary=summary, split=split, follow=told)\n",
        '    summary = summary or SectionSummary(section=name, label="", count=0)\n'
        "    return MadeCell(artifacts=made, summary=summary, split=split, follow=told)\n",
    ),
    Mutant(
        "search: those below do not hear that a cell is split, or is no longer",
        REFRESH,
        " | _split_anew(rendering, record)",
        "",
    ),
    Mutant(
        "search: those below do not hear that a cell is one segment again",
        REFRESH,
        "(rendering.split is None) != (record.split is None)",
        "rendering.split is not None and record.split is None",
    ),
    Mutant(
        "search: a cell that is one segment again is not looked at once more",
        REFRESH,
        "{record.name} if record.split is Split.COUNT is not rendering.split else set()",
        "set()",
    ),
    Mutant(
        "search: a cell does not look whether the one above is split",
        SEARCH_BUILDER,
        "    if parent is not None and parent.split is None:\n        return MadeCell()\n",
        "",
    ),
    Mutant(
        "search: a cell that is split goes before those below it are there",
        SEARCH_BUILDER,
        "        unmade = _unmade_below(index, cell, entries)\n",
        "        unmade = _unmade_below(index, cell, ())\n",
    ),
    Mutant(
        "search: a cell that is split at once goes before those below it are there",
        SEARCH_BUILDER,
        "    if split and (told or index.section(name).summary is not None):\n",
        "    if split and index.section(name).summary is not None:\n",
    ),
    Mutant(
        "search: a cell that is split does not hear that those below it are there",
        SEARCH_BUILDER,
        "    told = frozenset({parent.name} if parent is not None and _is_leaving(parent) else ())\n",
        "    told = frozenset[str]()\n",
    ),
    Mutant(
        "search: a post that goes leaves the cells above its segment split",
        SEARCH_SECTIONS,
        "record.split is not Split.COUNT or spot.leaves",
        "record.split is not Split.COUNT",
    ),
    Mutant(
        "search: a text that becomes shorter leaves the cells above its segment split",
        SEARCH_SECTIONS,
        "record.split is not Split.COUNT or spot.leaves",
        "record.split is None or spot.leaves",
    ),
    Mutant(
        "search: a post that moves is left where it was",
        IMPACT,
        "{SearchSpot(position=before, leaves=True)} if before and before != after else set()",
        "{SearchSpot(position=before, leaves=True)} if before and not after else set()",
    ),
    Mutant(
        "search: in a narrow cell nothing is looked at again",
        SEARCH_SECTIONS,
        "    while left:\n",
        "    if left:\n",
    ),
    Mutant(
        "search: what older software published is taken for listed",
        TRANSITION,
        " - (frozenset() if record.in_search else {SEARCH})",
        "",
    ),
    Mutant(
        "rolling: a segment whose message was lost is never made",
        ROLLING,
        "names | sections_of_search(self.index, spots)",
        "names",
    ),
    Mutant(
        "upkeep: what is due is not sent",
        UPKEEP,
        "            self.source_queue.send(sorted(set(due)))\n",
        "            pass\n",
    ),
    Mutant(
        "audit: an older generation is not seen in a record",
        AUDIT,
        "        return required is not None and version is not None and record.generation != required\n",
        "        return False\n",
    ),
    Mutant(
        "audit: an older generation is not seen in a section",
        COMPARISON,
        "        or (generation is not None and section.generation != generation)\n",
        "",
    ),
    Mutant(
        "audit: a parent left in an outbox is not seen",
        COMPARISON,
        "        bool(section.outbox)\n        or (",
        "        (",
    ),
    Mutant(
        "audit: whoever has a path against the rule keeps it",
        AUDIT,
        "        if record.path and record.key in contradictions(self.index.claims(record.path)):\n            return True\n",
        "",
    ),
    Mutant(
        "audit: what changed of other sources is not seen",
        AUDIT,
        "        if depends_on_what_changed(self.index, present.__contains__, record):\n            return True\n",
        "",
    ),
    Mutant(
        "audit: the last part of the sections is not looked at",
        AUDIT,
        "phase=Phase.SECTIONS if cursor else Phase.SITE, cursor=cursor)",
        'phase=Phase.SITE, cursor="")',
    ),
    Mutant(
        "audit: the last of a listing is not compared",
        COMPARISON,
        "sources={item.key: item for item in versions if item.key <= (end or LAST) and is_source(item.key)},",
        "sources={item.key: item for item in versions if item.key < (end or LAST) and is_source(item.key)},",
    ),
    Mutant(
        "audit: objects of no section are not seen",
        COMPARISON,
        "if section.artifacts.get(key) != etag]",
        "if section.revision and section.artifacts.get(key) != etag]",
    ),
    Mutant("audit: everything it finds is an alarm", COMPARISON, "moment - at < IN_FLIGHT for at", "False for at"),
    Mutant(
        "audit: it begins again with every tick",
        AUDIT,
        "        if checkpoint.is_under_way:\n            return checkpoint\n        if checkpoint.began is not None and",
        "        if checkpoint.began is not None and",
    ),
    Mutant("audit: it never says when it was over", AUDIT, "finished=moment, in_order=in_order)", "in_order=in_order)"),
    Mutant(
        "audit: what it found to repair is taken for in order",
        AUDIT,
        "is_in_order = not checkpoint.sent and not found.sections and",
        "is_in_order = not found.sections and",
    ),
    Mutant(
        "audit: listings alone are compared for ever",
        AUDIT,
        "return bool(checkpoint.in_order) and moment - checkpoint.full_began < self.full_every",
        "return bool(checkpoint.in_order)",
    ),
    Mutant(
        "refresh: headers are not compared",
        ARTIFACT_WRITER,
        "    return stored == stored_artifact(artifact)\n",
        "    return stored.etag == artifact.etag\n",
    ),
    Mutant(
        "refresh: a copy is what it says it was copied from",
        ARTIFACT_WRITER,
        "is_copy = stored == stored_copy(artifact, stored.etag) and stored.etag == committed",
        "is_copy = stored == stored_copy(artifact, stored.etag)",
    ),
    Mutant(
        "rebuild: other software begins none",
        REBUILD,
        "    if checkpoint.generation != generation:\n",
        '    if checkpoint.generation.partition("/")[0] != generation.partition("/")[0]:\n',
    ),
    Mutant(
        "rebuild: it is done while sections are still to be made",
        REBUILD,
        "    if not settled:\n        return checkpoint\n    return replace(checkpoint, phase=Phase.SETTLING",
        "    return replace(checkpoint, phase=Phase.SETTLING",
    ),
    Mutant(
        "rebuild: sections that stand by themselves are not sent",
        REBUILD,
        "else older | standing_sections(self.index)\n",
        "else older\n",
    ),
    Mutant(
        "rebuild: redirects of the settings do not stand by themselves",
        IMPACT,
        "frozenset({*SITE_WIDE, *map(path_section, settings.redirects)})",
        "frozenset(SITE_WIDE)",
    ),
    Mutant(
        "rebuild: the old stylesheet is looked at before it may go",
        CHECKPOINT,
        "self.phase in {Phase.LAST, Phase.DONE}",
        "self.phase is Phase.DONE",
    ),
    Mutant(
        "rebuild: what was never made is not looked for",
        REBUILD,
        "        send_sections(self.page_queue, new)\n",
        "",
    ),
    Mutant(
        "rebuild: what other software has published since is not published again",
        REBUILD,
        "        self.source_queue.send(older)\n",
        "",
    ),
    Mutant(
        "rebuild: of what other software has published since only what readers see is published again",
        REBUILD,
        "if record.version and record.generation != checkpoint.generation",
        "if record.shown and record.generation != checkpoint.generation",
    ),
    Mutant(
        "rebuild: one asked for reaches only what is older",
        REBUILD,
        "    return checkpoint.everything and since",
        "    return False and since",
    ),
    Mutant(
        "rebuild: another generation goes on where the last one was",
        REBUILD,
        'phase=Phase.SOURCES, cursor="", began=None)',
        "began=None)",
    ),
    Mutant(
        "rolling pass: the last section is left out",
        ROLLING,
        "names = {section.name for section in sections}",
        "names = {section.name for section in (sections if cursor else sections[:-1])}",
    ),
    Mutant(
        "rolling pass: former addresses are not reached",
        ROLLING,
        "{*record.live_paths, *([record.path] if record.path else [])}",
        "{*([record.path] if record.path else [])}",
    ),
    Mutant(
        "rolling pass: sections above others are not reached",
        ROLLING,
        "            name = parent_section(name)\n",
        "            break\n",
    ),
    Mutant(
        "rolling pass: sections that stand by themselves are not reached",
        ROLLING,
        "            names |= set() if cursor else never_made(self.index, standing_sections(self.index))\n",
        "",
    ),
    Mutant(
        "rolling pass: records are not gone through",
        ROLLING,
        "else Phase.RECORDS, cursor=cursor)",
        "else Phase.DONE, cursor=cursor)",
    ),
    Mutant(
        "rolling pass: the next one does not begin",
        ROLLING,
        "(checkpoint.phase is Phase.DONE and moment - checkpoint.began >= within)",
        "False",
    ),
    Mutant(
        "checkpoints: the audit's moves before its part is sent",
        AUDIT,
        "            if found.keys:\n                self.source_queue.send(sorted(found.keys))\n",
        "            advance(self.index, following, sent=0, looked_at=0)\n"
        "            if found.keys:\n                self.source_queue.send(sorted(found.keys))\n",
    ),
    Mutant(
        "checkpoints: the rolling pass's moves before its part is sent",
        ROLLING,
        "        send_sections(self.page_queue, names)\n        advance(self.index, following, sent=len(names), looked_at=looked_at)\n",
        "        advance(self.index, following, sent=len(names), looked_at=looked_at)\n        send_sections(self.page_queue, names)\n",
    ),
    Mutant(
        "checkpoints: one that another has moved is moved all the same",
        CHECKPOINTS,
        "revision=following.revision + 1,",
        "revision=index.checkpoint(following.name).revision + 1,",
    ),
    Mutant(
        "checkpoints: work that somebody asks for twice begins twice",
        "services/upkeep/repairs.py",
        "            if checkpoint.is_under_way:\n                return False\n",
        "",
    ),
    Mutant(
        "changes: a post that comes back is told of as updated",
        CHANGE_LOG,
        "change_in=_post_change(old.shown_post, record, at),",
        "change_in=_post_change(old.shown_post or (record.shown_post if old.changed else None), record, at),",
    ),
    Mutant(
        "changes: a removal is not told",
        CHANGE_LOG,
        "not _differ(old, new):",
        "not _differ(old, new) or new.shown is None:",
    ),
    Mutant(
        "changes: the last one stays beside the new",
        CHANGE_LOG,
        "change_out=change_position(old.key, old.changed) if old.changed else None,",
        "change_out=None,",
    ),
    Mutant(
        "changes: a clock that goes back takes them back",
        CHANGE_LOG,
        "at = max(now, old.changed + _NEXT) if old.changed else now",
        "at = now",
    ),
    Mutant(
        "changes: another name is not written down",
        CHANGE_LOG,
        "if old.changed else frozenset()),",
        "if old.changed else frozenset())\n        if old.shown is None\n        else frozenset(),",
    ),
    Mutant(
        "receipts: what comes again begins anew",
        RECEIPTS,
        "    repeated = same_version and old.state is new.state and new.outbox.sections <= old.outbox.sections\n",
        "    repeated = False\n",
    ),
    Mutant(
        "receipts: another state keeps the first moment",
        RECEIPTS,
        "same_version and old.state is new.state and new",
        "same_version and new",
    ),
    Mutant(
        "receipts: the last moment stays the first",
        RECEIPTS,
        "        at=now,\n        sections=sections,",
        "        at=first.at or now,\n        sections=sections,",
    ),
    Mutant(
        "receipts: what an earlier run touched is forgotten",
        RECEIPTS,
        "{*first.sections, *new.outbox.sections}",
        "new.outbox.sections",
    ),
    Mutant(
        "moments: a post comes a second late",
        DECISION,
        "post.goes_live > gathered.now:",
        "post.goes_live >= gathered.now:",
    ),
    Mutant(
        "moments: a post stays in the second it expires",
        DECISION,
        "post.expires <= gathered.now:",
        "post.expires < gathered.now:",
    ),
    Mutant(
        "moments: one that waits for a path never expires",
        DECISION,
        "return post.expires if state in {State.PUBLISHED, State.SHADOWED} else None",
        "return post.expires if state is State.PUBLISHED else None",
    ),
    Mutant(
        "metrics: what is due is overdue at once",
        UPKEEP,
        "self.index.due(instant(moment - OVERDUE_AFTER), DUE_KEYS)",
        "self.index.due(instant(moment), DUE_KEYS)",
    ),
    Mutant(
        "addresses: of former owners only the first is asked",
        SECTION_BUILDER,
        "            if former.shown is not None:\n                return",
        "            if former.shown is None:\n                break\n            if former.shown is not None:\n                return",
    ),
    Mutant(
        "addresses: aliases are dropped like former paths",
        "services/publish/live_paths.py",
        "droppable = [former for former in known if former not in aliases]",
        "droppable = known",
    ),
    Mutant(
        "addresses: aliases added later are not claimed",
        "services/publish/live_paths.py",
        "    known += added\n",
        "    known += () if old.live_paths else added\n",
    ),
    Mutant(
        "addresses: rivals for a path that stays are not told",
        TRANSITION,
        "*(old_claims[c.path] for c in claims_in if c.path in old_claims))",
        "*())",
    ),
    Mutant(
        "impact: a year that was left is forgotten",
        IMPACT,
        "    sections = {section for view in shown for section in _made_of(view)} | manifest\n",
        "    sections = {*_made_of(shown[-1])} | manifest\n",
    ),
    Mutant(
        "versions: what was before a removal comes back",
        SOURCE_READER,
        "        if version.deleted:\n            break  #",
        "        if version.deleted:\n            continue  #",
    ),
    Mutant(
        "versions: one that vanishes while it is read is given up",
        SOURCE_READER,
        "        except SourceGoneError:\n            continue\n",
        "        except SourceGoneError:\n            break\n",
    ),
    Mutant(
        "publish: bytes that were there before are taken for the same in another state",
        PUBLISH_REQUEST,
        "is_current and record.receipt is not None and not record.outbox and not is_due",
        "is_current and record.receipt is not None and not record.outbox",
    ),
    Mutant(
        "parts: a post does not send the part it is in",
        OUTBOX_SENDER,
        "        sections |= self._parts(outbox, newest)\n",
        "",
    ),
    Mutant(
        "parts: a post that begins one and is the newest does not send it",
        OUTBOX_SENDER,
        "if self.part_limits.begins(each) or each not in newest]",
        "if each not in newest]",
    ),
    Mutant(
        "parts: only the new place of a post is looked at",
        IMPACT,
        "    rows = frozenset(spot.position for spot in spots)\n",
        "    rows = frozenset(spot.position for spot in _spots(entries[-1:]))\n",
    ),
    Mutant(
        "parts: a post that began one behind the last one there is now does not send it",
        OUTBOX_SENDER,
        "            for part in self._reader(name).around(position, section.parts_until)\n",
        "            if position <= section.parts_until\n"
        "            for part in self._reader(name).around(position, section.parts_until)\n",
    ),
    Mutant(
        "parts: a post that begins one does not send its own",
        PARTS,
        "        if self.limits.begins(position):\n            yield ",
        "        if False:\n            yield ",
    ),
    Mutant(
        "parts: those between where they began and begin now are not sent",
        REFRESH,
        "        left |= {part for record in full for part in self._parts(record)}\n",
        "",
    ),
    Mutant(
        "parts: the first that a month has is not sent",
        PARTS,
        '        for row in self._older(f"{high}\\0"):\n',
        "        for row in self._older(high):\n",
    ),
    Mutant(
        "parts: whether there are any is asked of the rows, not of the month's record",
        SECTION_BUILDER,
        "        until = self.index.section(whole).parts_until\n",
        "        until = self._parts_of(whole).newest().until\n",
    ),
    Mutant(
        "parts: one is made though the page lists all of it",
        SECTION_BUILDER,
        "        entries = self._parts_of(whole).rows(part, until) if until else ()\n",
        '        entries = self._parts_of(whole).rows(part, "9")\n',
    ),
    Mutant(
        "parts: the rolling pass does not know them",
        ROLLING,
        "            names |= never_made(self.index, {part for section in sections for part in self._parts(section)})\n",
        "",
    ),
    Mutant(
        "parts: the rolling pass does not know what counts them",
        ROLLING,
        "            yield parent_section(part) or part\n",
        "",
    ),
    Mutant(
        "parts: robots.txt does not hear of their sitemaps",
        LAYOUT,
        ", told=SITE",
        "",
    ),
)
