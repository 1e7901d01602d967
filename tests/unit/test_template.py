"""What linters of the template do not see."""

import ast
import json
import re
from dataclasses import fields
from datetime import timedelta

import pytest

from bucketpress.api.answers import ORIGIN_SECRET
from bucketpress.api.routes import ROUTES, SEARCH
from bucketpress.environment import (
    ListingApiSettings,
    PublishSettings,
    RefreshSettings,
    SearchSettings,
    UpkeepSettings,
    VariantsSettings,
)
from bucketpress.services.queries.change_feed import SAFETY_LAG
from bucketpress.site.layout import SEARCH_PAGE, SEARCH_SEGMENT
from bucketpress_cli.cloudfront.origins import KEPT_BACK
from tests.support.template import ROOT, as_list, of_type, properties, statements, template

FUNCTIONS = {
    "PublishFunction": ("publish", PublishSettings),
    "RefreshFunction": ("refresh", RefreshSettings),
    "VariantsFunction": ("variants", VariantsSettings),
    "ListingApiFunction": ("listing_api", ListingApiSettings),
    "SearchFunction": ("search", SearchSettings),
    "UpkeepFunction": ("upkeep", UpkeepSettings),
}
POWERTOOLS = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_LOG_LEVEL"}


def test_every_function_folder_has_a_resource_and_back() -> None:
    folders = {path.parent.name for path in (ROOT / "functions").glob("*/app.py")}
    resources = {name: body["CodeUri"] for name, body in of_type("AWS::Serverless::Function").items()}

    assert resources == {name: f"functions/{folder}" for name, (folder, _) in FUNCTIONS.items()}
    assert folders == {folder for folder, _ in FUNCTIONS.values()}


def test_nothing_in_a_functions_own_folder_is_of_a_release() -> None:
    for folder, _ in FUNCTIONS.values():
        head, *statements = ast.parse((ROOT / "functions" / folder / "app.py").read_text()).body
        files = [path.name for path in (ROOT / "functions" / folder).iterdir() if path.name != "__pycache__"]

        assert files == ["app.py"]
        assert isinstance(head, ast.Expr), "a docstring"
        assert [ast.unparse(each) for each in statements] == [
            f"from bucketpress.handlers.{folder}_handler import lambda_handler",
            "__all__ = ['lambda_handler']",
        ], "AWS replaces a function's code and its layer one after the other: what a release changes is in the layer"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_functions_environment_is_what_its_settings_read(name: str) -> None:
    variables = set(properties(name)["Environment"]["Variables"])
    shared = set(template()["Globals"]["Function"]["Environment"]["Variables"])

    assert variables | shared == {field.name.upper() for field in fields(FUNCTIONS[name][1])} | POWERTOOLS


@pytest.mark.parametrize(
    ("function", "queue", "most"),
    [
        ("PublishFunction", "SourceQueue", {"Ref": "Concurrency"}),
        ("RefreshFunction", "PageQueue", {"Ref": "Concurrency"}),
    ],
)
def test_a_message_stays_hidden_for_six_timeouts_and_the_window(function: str, queue: str, most: object) -> None:
    (event,) = (each["Properties"] for each in properties(function)["Events"].values() if each["Type"] == "SQS")
    window = event.get("MaximumBatchingWindowInSeconds", 0)

    assert event["Queue"] == {"Fn::GetAtt": [queue, "Arn"]}
    assert event["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert event["ScalingConfig"]["MaximumConcurrency"] == most
    assert properties(queue)["VisibilityTimeout"] == 6 * properties(function)["Timeout"] + window


def test_nothing_asks_for_pictures_while_none_waits_and_what_a_run_leaves_comes_back_after_it() -> None:
    runs = properties("VariantsFunction")

    assert "Events" not in runs
    assert runs["EventInvokeConfig"]["MaximumRetryAttempts"] == 0
    assert properties("VariantQueue")["VisibilityTimeout"] == 2 * runs["Timeout"]


def test_a_site_without_variants_has_nothing_that_costs_for_them() -> None:
    made = {
        name for name, body in template()["Resources"].items() if str(body.get("Condition")).startswith("HasVariant")
    }
    layers = {layer["Ref"] for layer in properties("VariantsFunction")["Layers"]}

    assert {name for name in template()["Resources"] if "Variant" in name or name == "PictureLayer"} == made
    assert layers == {"PictureLayer"}
    assert template()["Parameters"]["PictureVariants"]["Default"] == "true"


@pytest.mark.parametrize("queue", ["SourceQueue", "PageQueue", "VariantQueue"])
def test_dead_letters_outlive_their_queue(queue: str) -> None:
    dead_letters = properties(queue)["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]

    assert properties(dead_letters)["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert properties(queue)["MessageRetentionPeriod"] < 14 * 24 * 3600
    assert properties(queue)["SqsManagedSseEnabled"]
    assert properties(dead_letters)["SqsManagedSseEnabled"]


def test_only_refresh_writes_the_site_but_for_the_variants_of_pictures() -> None:
    writers = {
        role
        for role in of_type("AWS::IAM::Role")
        for each in statements(role)
        if {"s3:PutObject", "s3:DeleteObject"} & set(as_list(each["Action"]))
    }

    assert writers == {"RefreshRole", "VariantsRole"}
    (encodes,) = (each for each in statements("VariantsRole") if "s3:PutObject" in as_list(each["Action"]))
    assert json.dumps(encodes["Resource"]).endswith('/_bucketpress/variants/*"}')
    (write,) = (each for each in statements("RefreshRole") if each["Sid"] == "WriteSite")
    assert "-site-" in json.dumps(write["Resource"])
    assert "-content-" not in json.dumps(write["Resource"])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_writes_only_its_own_log_which_is_kept_for_a_while(name: str) -> None:
    group = properties(name)["LoggingConfig"]["LogGroup"]["Ref"]
    role = properties(name)["Role"]["Fn::GetAtt"][0]
    (write,) = (each for each in statements(role) if each["Sid"] == "WriteLog")

    assert write["Resource"] == {"Fn::GetAtt": [group, "Arn"]}
    assert properties(group)["RetentionInDays"] == {"Ref": "LogRetentionDays"}


@pytest.mark.parametrize("name", ["ContentBucket", "SiteBucket"])
def test_a_bucket_is_private_and_its_etags_are_md5(name: str) -> None:
    bucket = properties(name)
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]


def test_the_table_has_the_keys_the_adapter_uses() -> None:
    table = properties("PostTable")
    adapter = (ROOT / "layers/shared/bucketpress/adapters/dynamodb_table.py").read_text("utf-8")

    assert {key["AttributeName"]: key["KeyType"] for key in table["KeySchema"]} == {"PK": "HASH", "SK": "RANGE"}
    assert '"PK"' in adapter
    assert '"SK"' in adapter
    assert "GlobalSecondaryIndexes" not in table


def test_the_layers_makefile_builds_for_what_the_template_runs_on() -> None:
    makefile = (ROOT / "layers/shared/Makefile").read_text("utf-8")
    defaults = dict(re.findall(r"^(LAYER_\w+) \?= (\S+)$", makefile, re.MULTILINE))
    parameters = template()["Parameters"]

    assert defaults["LAYER_ARCHITECTURE"] == parameters["Architecture"]["Default"] == "arm64"
    assert f"python{defaults['LAYER_PYTHON']}" == parameters["Runtime"]["Default"] == "python3.13"


def test_only_s3_says_403_so_that_the_apis_404_stays_its_own() -> None:
    errors = properties("Distribution")["DistributionConfig"]["CustomErrorResponses"]
    (readers,) = (
        each
        for each in properties("SiteBucketPolicy")["PolicyDocument"]["Statement"]
        if each["Sid"] == "ReadersThroughTheDistribution"
    )

    assert [each["ErrorCode"] for each in errors if "ResponsePagePath" in each] == [403]
    assert readers["Action"] == "s3:GetObject"


def test_every_address_of_the_api_has_a_route_of_its_own_for_every_method() -> None:
    events = [each["Properties"] for each in properties("ListingApiFunction")["Events"].values()]
    paths = {route.path.replace("<slug>", "{slug}") for route in ROUTES}

    assert {event["Path"] for event in events} == paths | {"/v1/{proxy+}"}
    assert {event["Method"] for event in events} == {"ANY"}
    assert len(events) == len(ROUTES) + 1


def test_search_answers_at_its_address_and_where_the_distribution_asks_for_its_page() -> None:
    paths = [each["Properties"].get("Path") for each in properties("SearchFunction")["Events"].values()]
    behaviors = properties("Distribution")["DistributionConfig"]["CacheBehaviors"]
    (page,) = (each for each in behaviors if each["PathPattern"] == f"/{SEARCH_PAGE.removesuffix('index.html')}")

    assert paths == [SEARCH.path, None]
    assert (page["TargetOriginId"], page["CachePolicyId"]) == ("api", {"Ref": "ApiCachePolicy"})


def test_search_reads_nothing_but_its_own_objects_and_readers_none_of_them() -> None:
    allowed = [each for each in statements("SearchRole") if as_list(each["Action"]) == ["s3:GetObject"]]
    (denied,) = (
        each
        for each in properties("SiteBucketPolicy")["PolicyDocument"]["Statement"]
        if each["Sid"].startswith("NoReader")
    )

    (objects,) = (each["Resource"] for each in allowed)
    ends = [re.sub(r"^.*\$\{AWS::Region\}/", "", each["Fn::Sub"]) for each in objects]
    assert ends == [f"{SEARCH_SEGMENT}/*", SEARCH_PAGE]
    assert denied["Resource"]["Fn::Sub"].endswith(f"/{SEARCH_SEGMENT}/*")
    assert f"{SEARCH_SEGMENT}/" == KEPT_BACK


def test_no_publishing_run_can_outlive_the_lag_that_readers_of_changes_rely_on() -> None:
    timeout = timedelta(seconds=properties("PublishFunction")["Timeout"])

    assert 4 * timeout <= SAFETY_LAG


def test_the_api_behind_the_distribution_is_cached_by_what_its_answers_depend_on() -> None:
    key = properties("ApiCachePolicy")["CachePolicyConfig"]["ParametersInCacheKeyAndForwardedToOrigin"]

    assert key["HeadersConfig"] == {"HeaderBehavior": "whitelist", "Headers": ["accept"]}
    assert key["EnableAcceptEncodingGzip"]
    assert key["QueryStringsConfig"] == {"QueryStringBehavior": "all"}


def test_the_distribution_sends_the_api_the_secret_that_it_expects() -> None:
    (api,) = (each for each in properties("Distribution")["DistributionConfig"]["Origins"] if each["Id"] == "api")
    (header,) = api["OriginCustomHeaders"]

    assert header["HeaderName"] == ORIGIN_SECRET
    assert header["HeaderValue"] == properties("ListingApiFunction")["Environment"]["Variables"]["ORIGIN_SECRET"]
    assert "RoleId" in str(header["HeaderValue"])


def test_what_a_copy_in_parts_leaves_behind_is_deleted_and_may_be_aborted() -> None:
    (rule,) = properties("SiteBucket")["LifecycleConfiguration"]["Rules"]
    (write,) = (each for each in statements("RefreshRole") if each["Sid"] == "WriteSite")

    assert rule["Status"] == "Enabled"
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    assert "s3:AbortMultipartUpload" in write["Action"]


def test_every_output_says_what_it_is() -> None:
    assert all(output["Description"].endswith(".") for output in template()["Outputs"].values())


def test_the_operating_guide_names_every_parameter_and_alarm() -> None:
    guide = (ROOT / "docs/operating.md").read_text("utf-8")
    named = [*template()["Parameters"], *of_type("AWS::CloudWatch::Alarm")]

    assert [name for name in named if f"`{name}`" not in guide] == []


def test_the_content_bucket_tells_of_everything_that_makes_or_removes_a_version() -> None:
    told = properties("ContentBucket")["NotificationConfiguration"]["QueueConfigurations"]

    assert {each["Event"] for each in told} == {"s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"}
    assert {str(each["Queue"]) for each in told} == {str({"Fn::GetAtt": ["SourceQueue", "Arn"]})}
    assert not [each for each in told if "Filter" in each]
