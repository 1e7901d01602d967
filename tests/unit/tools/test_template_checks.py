"""The transformed template keeps our rules, and a fault planted in the template is found by the rule that is for it."""

import json
import re
from collections.abc import Callable, Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest

from tools.template_checks import alarm_rules, deploy_role, rules, transformation
from tools.template_checks.linters import NOT_CHECKED, NOT_LINTED, check, lint
from tools.template_checks.policy import Statement, allows
from tools.template_checks.rules import RULES, faults
from tools.template_checks.transform import transform
from tools.template_checks.transformed_template import Template

ROOT = Path(__file__).parents[3]
SOURCE = (ROOT / "template.yaml").read_text("utf-8")
NAMING = {"AWS::Scheduler::Schedule": [["Name"]], "AWS::ApiGatewayV2::Stage": [["ApiId", "StageName"]]}

# What is planted: a text of the template, what stands there instead, the rule that finds it, and where.
PLANTED: dict[str, tuple[str, str, Callable[[Template], Iterator[str]], str]] = {
    "a wildcard action": ("Action: [dynamodb:GetItem, ", "Action: [dynamodb:*, ", rules.wide_grants, "ListingApiRole"),
    "a wildcard action on a condition": (
        "                    Action: lambda:InvokeFunction\n",
        "                    Action: lambda:*\n",
        rules.wide_grants,
        "UpkeepRole",
    ),
    "a grant on everything": (
        "                Resource: !GetAtt ListingApiLogGroup.Arn",
        '                Resource: "*"',
        rules.wide_grants,
        "ListingApiRole",
    ),
    "a managed policy": (
        "  UpkeepRole:\n    Type: AWS::IAM::Role\n    Properties:\n",
        (
            "  UpkeepRole:\n    Type: AWS::IAM::Role\n    Properties:\n"
            "      ManagedPolicyArns: [!Sub 'arn:${AWS::Partition}:iam::aws:policy/AmazonS3FullAccess']\n"
        ),
        rules.wide_grants,
        "UpkeepRole",
    ),
    "a message hidden for one timeout": (
        "VisibilityTimeout: 360",
        "VisibilityTimeout: 60",
        rules.hidden_too_briefly,
        "SourceQueue",
    ),
    "a window that is forgotten": (
        "            # A message holds what one post touches, so nothing is gained by waiting for more of them.\n",
        "            MaximumBatchingWindowInSeconds: 1\n",
        rules.hidden_too_briefly,
        "PageQueue",
    ),
    "no dead letters": (
        (
            "      RedrivePolicy:\n        deadLetterTargetArn: !GetAtt PageDeadLetterQueue.Arn\n"
            "        maxReceiveCount: 15 # 100 minutes with the waits that batch_processor.py sets\n"
        ),
        "",
        rules.lost_messages,
        "PageQueue",
    ),
    "dead letters that go first": (
        "      MessageRetentionPeriod: 1209600 # 14 days\n",
        "",
        rules.lost_messages,
        "DeadLetterQueue",
    ),
    "a public bucket": ("        BlockPublicPolicy: true\n", "", rules.open_buckets, "SiteBucket"),
    "a policy for everybody": (
        "            Principal:\n              Service: cloudfront.amazonaws.com\n            Action: s3:GetObject\n",
        "            Principal: '*'\n            Action: s3:GetObject\n",
        rules.open_buckets,
        "SiteBucketPolicy",
    ),
    "a function without an alarm": (
        "Value: !Ref UpkeepFunction\n",
        "Value: !Ref PublishFunction\n",
        alarm_rules.unwatched_functions,
        "UpkeepFunction",
    ),
    "a metric that an alarm only lists": (
        " + FILL(search, 0) + FILL(upkeep, 0)",
        " + FILL(upkeep, 0)",
        alarm_rules.metrics_left_out,
        "ThrottlesAlarm",
    ),
    "an alarm that FILL may keep quiet": (
        "      EvaluationPeriods: 3\n      DatapointsToAlarm: 1\n      Threshold: 1800\n",
        "      EvaluationPeriods: 1\n      Threshold: 1800\n",
        alarm_rules.filled_too_early,
        "OldestMessageAlarm",
    ),
    "a role of SAM's beyond the boundary": (
        "            PermissionsBoundary: *permissions-boundary\n",
        "",
        rules.unbounded_roles,
        "UpkeepFunctionTickRole",
    ),
    "a function of CloudFront that is too long": (
        "        // What CloudFront would not compress",
        "        // " + "x" * 10_240 + "\n        // What CloudFront would not compress",
        rules.long_edge_functions,
        "AnswerFunction",
    ),
    "a schedule that SAM names": (
        "            Name: !Sub ${AWS::StackName}-tick\n",
        "",
        rules.names_without_the_stack,
        "UpkeepFunctionTick",
    ),
    "a layer that SAM names": (
        "      LayerName: !Sub ${AWS::StackName}-shared\n",
        "",
        rules.names_without_the_stack,
        "SharedLayer",
    ),
    "a policy of CloudFront with a name of its own": (
        "Name: !Sub ${AWS::StackName}-${AWS::Region}-api\n        Comment: What the answer's",
        "Name: bucketpress-api\n        Comment: What the answer's",
        rules.names_without_the_stack,
        "ApiCachePolicy",
    ),
    "a queue with a name of its own": (
        "  PageQueue:\n    Type: AWS::SQS::Queue\n    Properties:\n",
        "  PageQueue:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: pages\n",
        rules.names_without_the_stack,
        "PageQueue",
    ),
    "a log in plain text": ("      LogFormat: JSON\n", "", rules.unkept_logs, "PublishFunction"),
    "a log kept for ever": (
        "-upkeep\n      RetentionInDays: !Ref LogRetentionDays\n",
        "-upkeep\n",
        rules.unkept_logs,
        "UpkeepLogGroup",
    ),
    "a table that goes with the stack": (
        "  PostTable:\n    Type: AWS::DynamoDB::Table\n    DeletionPolicy: RetainExceptOnCreate\n",
        "  PostTable:\n    Type: AWS::DynamoDB::Table\n",
        rules.unprotected_data,
        "PostTable",
    ),
    "a bucket that stays after a failed first deployment": (
        "DeletionPolicy: RetainExceptOnCreate",
        "DeletionPolicy: Retain",
        rules.unprotected_data,
        "ContentBucket",
    ),
}


@pytest.fixture(scope="module")
def transformed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Template]:
    """The template under the name "", and with each planted fault under the fault's name; one process for all."""
    folder = tmp_path_factory.mktemp("templates")
    files = {"": ROOT / "template.yaml"}
    for number, (name, (old, new, _, _)) in enumerate(PLANTED.items()):
        assert old in SOURCE, f"the template has changed: {name}"
        files[name] = folder / f"{number}.yaml"
        files[name].write_text(SOURCE.replace(old, new), "utf-8")
    return dict(zip(files, transform(list(files.values())), strict=True))


@pytest.mark.slow
def test_the_template_keeps_every_rule(transformed: dict[str, Template]) -> None:
    assert faults(transformed[""]) == ()


@pytest.mark.slow
@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found_by_its_rule_and_no_other(fault: str, transformed: dict[str, Template]) -> None:
    *_, rule, where = PLANTED[fault]

    found = {each: list(each(transformed[fault])) for each in RULES}

    assert any(where in sentence.partition(":")[0] for sentence in found[rule])
    assert [each.__name__ for each, sentences in found.items() if sentences] == [rule.__name__]


def test_every_rule_has_a_fault_planted_for_it() -> None:
    assert {rule.__name__ for _, _, rule, _ in PLANTED.values()} == {rule.__name__ for rule in RULES}


@pytest.fixture(scope="module")
def role() -> list[Statement]:
    return deploy_role.statements(ROOT / "deploy/github.yaml")


@pytest.mark.slow
def test_whoever_deploys_may_do_all_that_cloudformation_does_for_the_template(
    transformed: dict[str, Template], role: list[Statement]
) -> None:
    assert list(deploy_role.calls_refused(transformed[""], role)) == []


@pytest.mark.slow
def test_each_statement_of_the_role_that_deploys_is_needed(
    transformed: dict[str, Template], role: list[Statement]
) -> None:
    # What SAM calls, and what denies: no schema names these.
    others = {"TheStack", "NewTemplates", "NoOtherRights", "PackagesThere"}

    for statement in role:
        rest = [each for each in role if each is not statement]
        refused = list(deploy_role.calls_refused(transformed[""], rest))
        assert bool(refused) is (statement["Sid"] not in others), statement["Sid"]


@pytest.mark.slow
def test_a_call_is_left_out_only_where_a_schema_names_it(transformed: dict[str, Template]) -> None:
    left_out = {
        each
        for kind, calls in transformed[""].calls.items()
        for call in calls
        for each in deploy_role.reasons(kind, call)
    }

    assert left_out == set(deploy_role.NOT_CALLED)


def test_a_type_of_resource_that_nobody_has_thought_of_is_found(role: list[Statement]) -> None:
    template = Template(document={"Resources": {}}, calls={"AWS::Events::Rule": ["events:PutRule"]})

    assert [each for each in deploy_role.calls_refused(template, role) if "AWS::Events::Rule" in each]


@pytest.mark.slow
def test_the_linters_find_nothing_before_and_after_the_transformation(
    transformed: dict[str, Template], tmp_path: Path
) -> None:
    after = tmp_path / "transformed.json"
    after.write_text(json.dumps(transformed[""].document, indent=1), "utf-8")

    assert lint(ROOT / "template.yaml", tmp_path) == ()
    assert lint(after, tmp_path) == ()
    assert check(after, tmp_path) == ()


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted((ROOT / "deploy").glob("*.yaml")), ids=lambda path: path.name)
def test_the_linter_finds_nothing_in_what_people_deploy_beside_it(path: Path, tmp_path: Path) -> None:
    assert lint(path, tmp_path) == ()


@pytest.mark.slow
def test_cfn_lint_finds_what_cloudformation_would_refuse(tmp_path: Path) -> None:
    planted = tmp_path / "template.yaml"
    planted.write_text(SOURCE.replace("VisibilityTimeout: 720", "VisibilityTimeout: 720000"), "utf-8")

    assert any("E3034" in sentence for sentence in lint(planted, tmp_path))


@pytest.mark.slow
def test_checkov_finds_what_gives_too_much_away(transformed: dict[str, Template], tmp_path: Path) -> None:
    public = tmp_path / "transformed.json"
    public.write_text(json.dumps(transformed["a public bucket"].document), "utf-8")

    assert {sentence.partition(" ")[0] for sentence in check(public, tmp_path)} == {"CKV_AWS_54"}


def test_what_is_not_heeded_has_a_reason() -> None:
    assert all(len(reason) > 10 for reason in (NOT_LINTED | NOT_CHECKED).values())


@pytest.mark.slow
def test_nothing_depends_on_itself(transformed: dict[str, Template]) -> None:
    resources = transformed[""].resources
    graph = {name: set(references(body)) & resources.keys() for name, body in resources.items()}

    order = list(TopologicalSorter(graph).static_order())

    assert set(order) == set(resources)
    assert "SourceQueuePolicy" in graph["ContentBucket"]


@pytest.mark.parametrize(
    ("properties", "carries"),
    [
        ({"Name": "tick"}, False),
        ({"Name": {"Fn::Sub": "${AWS::Region}-tick"}}, False),
        ({"Name": {"Ref": "SomeParameter"}}, False),
        ({"Name": {"Fn::Sub": "${AWS::StackName}-tick"}}, True),
        ({"Name": {"Fn::Join": ["-", [{"Ref": "AWS::StackName"}, "tick"]]}}, True),
        ({}, True),
    ],
)
def test_a_name_carries_the_stacks_or_is_left_to_cloudformation(properties: dict[str, Any], carries: bool) -> None:
    resources = {"Tick": {"Type": "AWS::Scheduler::Schedule", "Properties": properties}}

    found = list(rules.names_without_the_stack(Template(document={"Resources": resources}, naming=NAMING)))

    assert not found if carries else found


def test_a_name_within_a_resource_of_the_stack_needs_none_of_its_own() -> None:
    stage = {"ApiId": {"Ref": "Api"}, "StageName": "$default"}
    resources = {
        "Api": {"Type": "AWS::ApiGatewayV2::Api"},
        "Stage": {"Type": "AWS::ApiGatewayV2::Stage", "Properties": stage},
    }

    assert not list(rules.names_without_the_stack(Template(document={"Resources": resources}, naming=NAMING)))


def test_the_names_of_a_type_are_read_from_its_schema() -> None:
    schema = {
        "properties": {"Arn": {}, "Name": {}, "Config": {"$ref": "#/definitions/Config"}, "Description": {}},
        "definitions": {"Config": {"required": ["Name"]}},
        "required": ["Config"],
        "primaryIdentifier": ["/properties/Arn"],
        "readOnlyProperties": ["/properties/Arn"],
        "createOnlyProperties": ["/properties/Name", "/properties/Description"],
    }

    assert list(transformation.naming_properties(schema)) == [("Name",), ("Config/Name",)]


ALLOW = {"Effect": "Allow", "Action": ["s3:Get*", "s3:PutObject"], "Resource": "arn:b/*"}
DENY = {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:b/secret"}
ON_CONDITION = ALLOW | {"Condition": {"StringEquals": {"k": ["v", "w"]}}}


@pytest.mark.parametrize(
    ("statements", "action", "resource", "context", "allowed"),
    [
        ([ALLOW], "s3:GetObject", "arn:b/x", {}, True),
        ([ALLOW], "S3:getobject", "arn:b/x", {}, True),  # IAM does not tell case apart in actions
        ([ALLOW], "s3:GetObject", "arn:c/x", {}, False),
        ([ALLOW], "s3:DeleteObject", "arn:b/x", {}, False),
        ([ALLOW, DENY], "s3:GetObject", "arn:b/secret", {}, False),
        ([DENY], "s3:GetObject", "arn:b/x", {}, False),
        ([ON_CONDITION], "s3:GetObject", "arn:b/x", {"k": "w"}, True),
        ([ON_CONDITION], "s3:GetObject", "arn:b/x", {"k": "u"}, False),
        ([ON_CONDITION], "s3:GetObject", "arn:b/x", {}, False),
        ([ALLOW | {"Condition": {"ArnLikeIfExists": {"k": "arn:a-*"}}}], "s3:GetObject", "arn:b/x", {}, True),
        ([ALLOW | {"Condition": {"ArnLikeIfExists": {"k": "arn:a-*"}}}], "s3:GetObject", "arn:b/x", {"k": "b"}, False),
        ([ALLOW | {"Condition": {"DateLessThan": {"k": "v"}}}], "s3:GetObject", "arn:b/x", {"k": "v"}, False),
    ],
)
def test_a_policy_is_decided_as_iam_decides_it(
    statements: list[Statement], action: str, resource: str, context: dict[str, str], allowed: bool
) -> None:
    assert allows(statements, action, resource, context) is allowed


def references(value: object) -> Iterator[str]:
    """Yield the logical ids a value refers to, DependsOn included."""
    if isinstance(value, list):
        for each in value:
            yield from references(each)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key in {"Ref", "DependsOn"}:
                yield from inner if isinstance(inner, list) else [inner]
            elif key == "Fn::GetAtt":
                yield inner[0] if isinstance(inner, list) else inner.partition(".")[0]
            elif key == "Fn::Sub":
                text = inner if isinstance(inner, str) else inner[0]
                yield from (found.partition(".")[0] for found in re.findall(r"\$\{([\w.:]+)\}", text))
                yield from references(inner[1:] if isinstance(inner, list) else [])
            else:
                yield from references(inner)
