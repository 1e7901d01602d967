"""The five handlers on moto, with the documents of events/."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from bucketpress import bootstrap
from bucketpress.handlers.publish_handler import request_of
from tests.integration.conftest import Cloud, get, s3_event_body
from tests.support.aws import CONTENT_BUCKET, SITE_BUCKET
from tests.support.events import EVENTS
from tests.support.world import SITE_YAML, World, clean_build, markdown

SAMPLES = Path(__file__).parents[2] / "samples" / "packnet-blog"


def _event(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / name).read_text())
    return event


def test_the_sample_folder_becomes_the_same_bytes_as_a_build_of_it(cloud: Cloud, tmp_path: Path) -> None:
    for path in sorted(SAMPLES.rglob("*")):
        if path.is_file():
            cloud.upload(path.relative_to(SAMPLES).as_posix(), path.read_bytes())
    cloud.settle()
    for _ in range(3):
        cloud.invoke("upkeep", _event("upkeep-tick.json"))
        cloud.settle()

    bootstrap.build(SAMPLES, tmp_path, default_url="https://example.com", variants=True).run()

    built = {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    site = cloud.site()
    assert sorted(site) == sorted(built)
    assert site == built


def test_an_event_key_is_decoded_as_s3_encodes_it(cloud: Cloud) -> None:
    key = "posts/a+b c%2Fd é.md"
    cloud.upload("site.yaml", SITE_YAML)
    cloud.upload(key, markdown("Odd key"))

    cloud.settle()

    assert bootstrap.publisher().index.record(key).published_path is not None


def test_the_keys_of_a_real_event_document_are_decoded_once(cloud: Cloud) -> None:
    keys = ("posts/a b/c.md", "posts/a+b%2Fc.md")  # in the document: a+b%2Fc.md and a%2Bb%252Fc.md
    for number, key in enumerate(keys):
        cloud.s3.put_object(Bucket=CONTENT_BUCKET, Key=key, Body=markdown(f"T{number}", slug=f"t{number}"))

    cloud.invoke("publish", _event("publish-s3-put.json"))

    index = bootstrap.publisher().index
    assert [index.record(key).published_path for key in keys] == ["/2010/03/t0/", "/2010/03/t1/"]


def test_a_receipt_tells_when_the_event_was_sent(cloud: Cloud) -> None:
    key = "posts/china-no-quarrel-with-internet-telephony.md"
    cloud.s3.put_object(Bucket=CONTENT_BUCKET, Key=key, Body=markdown("T"))

    cloud.invoke("publish", _event("publish-s3-put.json"))

    receipt = bootstrap.publisher().index.record(key).receipt
    assert receipt is not None
    assert receipt.asked_at == datetime(2026, 11, 24, 9, 15, 2, 431_000, tzinfo=UTC)


def test_an_upload_that_is_repeated_writes_no_object(cloud: Cloud) -> None:
    cloud.upload("site.yaml", SITE_YAML)
    cloud.upload("posts/a.md", markdown("A", tags="[x]"))
    cloud.settle()
    cloud.s3.put_bucket_versioning(Bucket=SITE_BUCKET, VersioningConfiguration={"Status": "Enabled"})
    before = cloud.s3.list_object_versions(Bucket=SITE_BUCKET)["Versions"]

    cloud.upload("posts/a.md", markdown("A", tags="[x]"))
    cloud.settle()

    assert len(cloud.s3.list_object_versions(Bucket=SITE_BUCKET)["Versions"]) == len(before)


def test_only_an_event_of_the_bucket_that_comes_first_tells_of_an_object_and_no_more() -> None:
    record = _event("publish-s3-put.json")["Records"][0]
    again = {**record, "attributes": {**record["attributes"], "ApproximateReceiveCount": "2"}}
    ours = {**record, "body": json.dumps({"key": "posts/a.md"})}

    assert [request_of(SQSRecord(each)).object_only for each in (record, again, ours)] == [True, False, False]


def test_bad_uploads_spoil_nothing_beside_them(cloud: Cloud) -> None:
    bad = {
        "posts/latin.md": "---\ntitle: caf\xe9\ndate: 2010-03-01\n---\n".encode("latin-1"),
        "posts/yaml.md": b"---\ntitle: [unclosed\n---\n",
        "posts/undated.md": b"---\ntitle: T\n---\n",
        "posts/impossible.md": markdown("T", "2024-02-30"),
        "posts/huge.md": markdown("T", text="x" * 10_485_760),
        "posts/../up.md": markdown("T"),
    }
    fine = {
        "posts/unknown-author.md": markdown("Unknown author", "2010-03-02", author="jane-do"),
        "posts/a space.md": markdown("Space", "2010-03-03"),
        "posts/a+plus.md": markdown("Plus", "2010-03-04"),
        "posts/50%.md": markdown("Percent", "2010-03-05"),
        "posts/\U0001f600.md": markdown("Emoji", "2010-03-06"),
    }
    cloud.upload("site.yaml", SITE_YAML)
    for key, data in {**bad, **fine}.items():
        cloud.upload(key, data)

    cloud.settle()
    index = bootstrap.publisher().index

    for key in bad:
        receipt = index.record(key).receipt
        assert receipt is not None, key
        problem = receipt.problems[0]
        assert problem.message, key
        assert problem.fix, key
        assert index.record(key).published_path is None, key
    for key in fine:
        assert index.record(key).published_path is not None, key
    warning = index.record("posts/unknown-author.md").receipt
    assert warning is not None
    assert (warning.problems[0].line, "jane-doe" in str(warning.problems[0])) == (4, True)
    assert b"Emoji" in cloud.site()["index.html"]


def test_what_is_no_event_goes_to_the_dead_letters_and_a_test_event_does_not(cloud: Cloud) -> None:
    cloud.upload("site.yaml", SITE_YAML)
    cloud.upload("posts/a.md", markdown("A"))
    good = s3_event_body("posts/a.md")
    test_event = _event("publish-s3-test-event.json")["Records"][0]["body"]

    failed = cloud.dead_letters_of("publish", ["not json", good, "[]", '{"Records": [{}]}', test_event, "7"])

    assert failed == [0, 2, 3, 5]
    several = ['{"sections": ["head:all", "nonsense"]}', '{"sections": []}', '{"sections": ["head:all", "site"]}']
    assert cloud.dead_letters_of("refresh", several) == [0, 1]
    assert cloud.dead_letters_of("refresh", ["{}", '{"section": "nonsense"}', '{"section": "head:all"}']) == [0, 1]


@pytest.mark.parametrize("function", ["publish", "refresh"])
def test_a_message_that_fails_says_why_in_the_log(
    cloud: Cloud, function: str, caplog: pytest.LogCaptureFixture
) -> None:
    cloud.dead_letters_of(function, ["not json"])

    (logged,) = [each for each in caplog.records if each.message == "message failed"]
    assert (logged.levelname, vars(logged)["body"]) == ("ERROR", "not json")
    assert "UnknownMessageError" in str(logged.exc_info)


@pytest.mark.parametrize("name", sorted(path.name for path in EVENTS.glob("*.json")))
def test_every_event_document_is_handled(cloud: Cloud, name: str) -> None:
    function = name.partition("-")[0]
    cloud.upload("site.yaml", SITE_YAML)
    cloud.settle()

    answer = cloud.invoke("listing_api" if function == "listing" else function, _event(name))

    if function in {"publish", "refresh"}:
        assert answer == {"batchItemFailures": []}
    if function in {"listing", "search"}:
        assert answer["statusCode"] == 200


def test_a_deleted_post_is_gone_from_the_page_the_feeds_and_the_api(cloud: Cloud) -> None:
    cloud.upload("site.yaml", SITE_YAML)
    cloud.upload("posts/a.md", markdown("Leaving", tags="[x]"))
    cloud.settle()

    cloud.delete("posts/a.md")
    cloud.settle()

    head = cloud.s3.head_object(Bucket=SITE_BUCKET, Key="2010/03/a/index.html")
    assert head["Metadata"]["status"] == "410"
    assert not any(b"Leaving" in cloud.site()[key] for key in ("index.html", "feed.xml", "atom.xml", "feed.json"))
    assert get(cloud, "/v1/posts")[1]["items"] == []
    assert get(cloud, "/v1/posts/a")[0] == 410


# The keys that the documents of deletions name; the first is an author's doing, the second a lifecycle rule's.
DELETED = ("posts/where-are-you-calling-from.md", "posts/reading-an-invite.md")


def test_a_delete_marker_withdraws_a_post_whoever_made_it(cloud: Cloud) -> None:
    for number, key in enumerate(DELETED):
        cloud.upload(key, markdown(f"Leaving {number}", slug=f"p{number}"))
    cloud.settle()
    for key in DELETED:
        cloud.s3.delete_object(Bucket=CONTENT_BUCKET, Key=key)

    cloud.invoke("publish", _event("publish-s3-delete.json"))
    cloud.settle()

    live, others = cloud.answers()
    assert [others[f"2010/03/p{number}/index.html"] for number in (0, 1)] == [410, 410]
    assert not any(b"Leaving" in data for data in live.values())


def test_a_version_deleted_for_good_brings_the_one_before_back_whoever_deleted_it(cloud: Cloud) -> None:
    for number, key in enumerate(DELETED):
        for title in ("First", "Second"):
            cloud.upload(key, markdown(f"{title} {number}", slug=f"p{number}"))
            cloud.settle()
    for key in DELETED:
        latest = cloud.s3.head_object(Bucket=CONTENT_BUCKET, Key=key)["VersionId"]
        cloud.s3.delete_object(Bucket=CONTENT_BUCKET, Key=key, VersionId=latest)

    cloud.invoke("publish", _event("publish-s3-version-delete.json"))
    cloud.settle()

    live, _ = cloud.answers()
    for number in (0, 1):
        assert f"First {number}".encode() in live[f"2010/03/p{number}/index.html"]
    assert not any(b"Second" in data for data in live.values())


def test_the_site_on_moto_is_the_clean_build_of_its_bucket(cloud: Cloud) -> None:
    world = World()
    for key, data in {
        "site.yaml": SITE_YAML,
        "posts/a.md": markdown("A", tags="[x]", text="See [b](b.md)."),
        "posts/b.md": markdown("B", "2009-12-31"),
        "posts/c/index.md": markdown("C", text="![p](p.png)"),
        "posts/c/p.png": b"\x89PNG\r\n\x1a\n",
    }.items():
        cloud.upload(key, data)
        world.content.upload(key, data)

    cloud.settle()

    assert cloud.answers()[0] == clean_build(world)
    assert cloud.s3.list_objects_v2(Bucket=CONTENT_BUCKET)["KeyCount"] == 5


@pytest.mark.parametrize(
    ("function", "body"), [("publish", '{"key": "posts/a.md"}'), ("refresh", '{"section": "site"}')]
)
def test_what_there_is_no_time_for_comes_back(cloud: Cloud, function: str, body: str) -> None:
    cloud.upload("site.yaml", SITE_YAML)
    cloud.upload("posts/a.md", markdown("A"))
    cloud.settle()

    cloud.milliseconds_left = 12_000
    late = cloud.dead_letters_of(function, [body])
    cloud.milliseconds_left = 30_000
    in_time = cloud.dead_letters_of(function, [body])

    assert (late, in_time) == ([0], [])
