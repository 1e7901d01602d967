"""The files of deploy/, which people copy: they fit the template, and give away no more than they say."""

import json
import re
import tomllib
from functools import cache
from typing import Any

import pytest

from bucketpress.content.source_keys import SourceKind, classify
from tests.support.template import ROOT, of_type, properties, statements, template
from tools.template_checks.policy import allows, as_list, filled
from tools.template_checks.source import read_template

FOLDER = ROOT / "deploy"
WORKFLOWS = ("content.yml", "stack.yml")
RETAINED = ("ContentBucket", "SiteBucket", "PostTable")
BOUNDARY = "arn:aws:iam::111122223333:policy/blog-github-Boundary-X"
# An account whose names are as long as they can be; the stack that holds the roles begins like the site's.
ACCOUNT = {
    "AWS::Partition": "aws",
    "AWS::StackName": "blog-github",
    "StackName": "blog",
    "AWS::AccountId": "111122223333",
    "AWS::Region": "ap-southeast-2",
    "Repository": "jane@1/blog@2",
    "Branch": "main",
    "Environment": "production",
    "Boundary": BOUNDARY,
}
WITHIN = {"iam:PermissionsBoundary": BOUNDARY}
GRANTED_BYTES, MANAGED_BYTES = 10_240, 6_144  # of all policies in a role, of a managed policy; without spaces


@cache
def read(name: str) -> dict[str, Any]:
    return read_template(FOLDER / name)


def statements_of(role: str) -> list[dict[str, Any]]:
    (policy,) = read("github.yaml")["Resources"][role]["Properties"]["Policies"]
    found: list[dict[str, Any]] = filled(policy["PolicyDocument"]["Statement"], ACCOUNT)
    return found


def boundary() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = filled(
        read("github.yaml")["Resources"]["Boundary"]["Properties"]["PolicyDocument"]["Statement"], ACCOUNT
    )
    return found


def allowed(granted: list[dict[str, Any]], action: str, resource: str, **context: str) -> bool:
    return allows(granted, action, resource, context)


CONTENT = "arn:aws:s3:::blog-content-111122223333-ap-southeast-2"
HERE = "ap-southeast-2:111122223333"
# What each resource that the roles name is called, as far as policies go.
CALLED = {
    "PostTable": f"arn:aws:dynamodb:{HERE}:table/blog-PostTable-X",
    "UpkeepFunction": f"arn:aws:lambda:{HERE}:function:blog-UpkeepFunction-X",
    "VariantsFunction": f"arn:aws:lambda:{HERE}:function:blog-VariantsFunction-X",
    **{name: f"arn:aws:sqs:{HERE}:blog-{name}-X" for name in of_type("AWS::SQS::Queue")},
    **{
        name: f"arn:aws:logs:{HERE}:log-group:{filled(each['LogGroupName'], ACCOUNT | {'AWS::StackName': 'blog'})}:*"
        for name, each in of_type("AWS::Logs::LogGroup").items()
    },
}


def named(resource: Any) -> list[str]:
    if "Fn::If" in resource:
        return named(resource["Fn::If"][1])
    if "Fn::GetAtt" in resource:
        return [CALLED[resource["Fn::GetAtt"][0]]]
    return [filled(resource, ACCOUNT | {"AWS::StackName": "blog"})]


def resolved(granted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give statements of the template with the names of what they are about."""
    return [
        each | {"Resource": [name for value in as_list(each["Resource"]) for name in named(value)]} for each in granted
    ]


AUTHOR = resolved(properties("AuthorPolicy")["PolicyDocument"]["Statement"])


@pytest.mark.parametrize(
    "key",
    [
        *("posts/a.md", "_posts/2010-03-01-a.md", "content/posts/a.md", "content/post/a.md", "content/blog/a.md"),
        *("pages/about.md", "drafts/a.md", "_drafts/a.md", "static/logo.png", "posts/x/pic.png"),
    ],
)
def test_an_author_may_write_whatever_is_published(key: str) -> None:
    assert classify(key).kind in {SourceKind.POST, SourceKind.PAGE, SourceKind.ASSET}
    assert allowed(AUTHOR, "s3:PutObject", f"{CONTENT}/{key}")
    assert allowed(AUTHOR, "s3:DeleteObject", f"{CONTENT}/{key}")
    # `bucketpress history`, `diff` and `restore`
    assert allowed(AUTHOR, "s3:GetObjectVersion", f"{CONTENT}/{key}")
    assert allowed(AUTHOR, "s3:ListBucketVersions", CONTENT)
    # `bucketpress status` and `push --wait`
    assert allowed(AUTHOR, "dynamodb:Query", CALLED["PostTable"])
    assert allowed(AUTHOR, "sqs:GetQueueAttributes", CALLED["VariantQueue"])
    # Every command without `--bucket`
    assert allowed(AUTHOR, "cloudformation:DescribeStacks", f"arn:aws:cloudformation:{HERE}:stack/blog/x")
    assert not allowed(AUTHOR, "cloudformation:DescribeStacks", f"arn:aws:cloudformation:{HERE}:stack/other/x")


def test_an_author_may_neither_change_the_settings_nor_reach_anything_else() -> None:
    assert allowed(AUTHOR, "s3:GetObject", f"{CONTENT}/site.yaml")
    assert not allowed(AUTHOR, "s3:PutObject", f"{CONTENT}/site.yaml")
    assert not allowed(AUTHOR, "s3:DeleteObject", f"{CONTENT}/site.yaml")
    assert not allowed(AUTHOR, "s3:DeleteObjectVersion", f"{CONTENT}/posts/a.md")
    assert not allowed(AUTHOR, "s3:PutBucketVersioning", CONTENT)
    assert not allowed(AUTHOR, "s3:PutObject", "arn:aws:s3:::blog-site-111122223333-ap-southeast-2/index.html")
    assert not allowed(AUTHOR, "dynamodb:PutItem", CALLED["PostTable"])
    assert not allowed(AUTHOR, "sqs:SendMessage", CALLED["SourceQueue"])


@pytest.mark.parametrize(
    ("header", "value", "taken"),
    [
        ("s3:x-amz-storage-class", "STANDARD_IA", True),
        ("s3:x-amz-storage-class", "GLACIER_IR", True),
        ("s3:x-amz-storage-class", "GLACIER", False),
        ("s3:x-amz-storage-class", "DEEP_ARCHIVE", False),
        ("s3:x-amz-server-side-encryption", "AES256", True),
        ("s3:x-amz-server-side-encryption", "aws:kms", False),
        ("s3:x-amz-server-side-encryption", "aws:kms:dsse", False),
        ("s3:x-amz-server-side-encryption-customer-algorithm", "AES256", False),
    ],
)
def test_nobody_uploads_what_no_function_could_read(header: str, value: str, taken: bool) -> None:
    policy = resolved(properties("ContentBucketPolicy")["PolicyDocument"]["Statement"])

    assert allowed(AUTHOR + policy, "s3:PutObject", f"{CONTENT}/posts/a.md")
    assert allowed(AUTHOR + policy, "s3:PutObject", f"{CONTENT}/posts/a.md", **{header: value}) is taken


@pytest.mark.parametrize("role", ["ContentRole", "StackRole"])
def test_a_role_is_for_one_repository_and_for_one_branch_or_environment_of_it(role: str) -> None:
    (trust,) = read("github.yaml")["Resources"][role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    conditions = trust["Condition"]["StringEquals"]

    assert trust["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert conditions["token.actions.githubusercontent.com:aud"] == "sts.amazonaws.com"
    # Word for word: a pattern could be met by another repository.
    assert filled(conditions["token.actions.githubusercontent.com:sub"], ACCOUNT) in {
        "repo:jane@1/blog@2:ref:refs/heads/main",
        "repo:jane@1/blog@2:environment:production",
    }


@pytest.mark.parametrize(
    ("repository", "taken"),
    [
        ("jane@583231/blog@1296269", True),
        ("jane/blog", True),  # older than July 2026
        ("jane@583231/blog", False),
        ("jane/blog@1296269", False),
        ("jane@*/blog@*", False),
        ("jane", False),
        ("jane/blog:ref:refs/heads/main", False),
    ],
)
def test_a_repository_is_given_as_githubs_tokens_name_it(repository: str, taken: bool) -> None:
    pattern = read("github.yaml")["Parameters"]["Repository"]["AllowedPattern"]

    assert bool(re.fullmatch(pattern, repository)) is taken


def test_the_content_role_brings_content_and_nothing_else() -> None:
    role = statements_of("ContentRole")

    assert allowed(role, "s3:PutObject", f"{CONTENT}/site.yaml")
    assert allowed(role, "s3:ListBucket", CONTENT)
    assert not allowed(role, "s3:DeleteObjectVersion", f"{CONTENT}/posts/a.md")
    assert not allowed(role, "s3:PutObject", "arn:aws:s3:::blog-site-111122223333-ap-southeast-2/index.html")
    assert not allowed(role, "s3:PutObject", "arn:aws:s3:::other-content-111122223333-ap-southeast-2/posts/a.md")


def test_the_stack_role_reaches_no_other_stack_and_reads_no_posts() -> None:
    role = statements_of("StackRole")

    for action, resource in (
        ("s3:DeleteBucket", "arn:aws:s3:::other-content-111122223333-ap-southeast-2"),
        ("s3:GetObject", f"{CONTENT}/posts/a.md"),
        # Code of other programs, which SAM keeps in the same bucket.
        ("s3:PutObject", "arn:aws:s3:::aws-sam-cli-managed-default-x/other/code"),
        ("dynamodb:DeleteTable", f"arn:aws:dynamodb:{HERE}:table/other-PostTable-X"),
        ("dynamodb:GetItem", f"arn:aws:dynamodb:{HERE}:table/blog-PostTable-X"),
        ("cloudformation:DeleteStack", f"arn:aws:cloudformation:{HERE}:stack/blog/x"),
        ("lambda:UpdateFunctionCode", f"arn:aws:lambda:{HERE}:function:other-f"),
        ("cloudfront:UpdateFunction", "arn:aws:cloudfront::111122223333:function/other-function"),
        # A stack whose name goes on where this one's ends.
        ("s3:DeleteBucket", "arn:aws:s3:::blog-staging-content-111122223333-ap-southeast-2"),
        ("dynamodb:DeleteTable", f"arn:aws:dynamodb:{HERE}:table/blog-staging-PostTable-X"),
        ("sqs:DeleteQueue", f"arn:aws:sqs:{HERE}:blog-staging-SourceQueue-X"),
        ("sns:DeleteTopic", f"arn:aws:sns:{HERE}:blog-staging-AlarmTopic-X"),
        ("lambda:UpdateFunctionCode", f"arn:aws:lambda:{HERE}:function:blog-staging-PublishFunction-X"),
        ("lambda:DeleteLayerVersion", f"arn:aws:lambda:{HERE}:layer:blog-staging-shared:1"),
        ("scheduler:DeleteSchedule", f"arn:aws:scheduler:{HERE}:schedule/default/blog-staging-tick"),
        ("cloudfront:UpdateFunction", "arn:aws:cloudfront::111122223333:function/blog-staging-ap-southeast-2-address"),
        ("cloudwatch:DeleteDashboards", "arn:aws:cloudwatch::111122223333:dashboard/blog-staging-ap-southeast-2"),
    ):
        assert not allowed(role, action, resource, **WITHIN), action
    mapping = ("lambda:UpdateEventSourceMapping", f"arn:aws:lambda:{HERE}:event-source-mapping:x")
    assert allowed(role, *mapping, **{"lambda:FunctionArn": f"arn:aws:lambda:{HERE}:function:blog-PublishFunction-X"})
    for other in ("other-f", "blog-staging-PublishFunction-X"):
        assert not allowed(role, *mapping, **{"lambda:FunctionArn": f"arn:aws:lambda:{HERE}:function:{other}"})


@pytest.mark.parametrize("action", ["iam:CreateRole", "iam:PutRolePolicy", "iam:DeleteRolePolicy"])
def test_the_stack_role_gives_no_role_more_than_the_boundary(action: str) -> None:
    role, made = statements_of("StackRole"), "arn:aws:iam::111122223333:role/blog-PublishRole-X"

    assert allowed(role, action, made, **WITHIN)
    assert not allowed(role, action, made)
    assert not allowed(role, action, made, **{"iam:PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess"})
    assert not allowed(role, action, "arn:aws:iam::111122223333:role/other", **WITHIN)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        # What would lift the boundary, or move it.
        ("iam:DeleteRolePermissionsBoundary", "role/blog-PublishRole-X"),
        ("iam:PutRolePermissionsBoundary", "role/blog-PublishRole-X"),
        ("iam:AttachRolePolicy", "role/blog-PublishRole-X"),
        ("iam:CreatePolicyVersion", "policy/blog-github-Boundary-X"),
        ("iam:DeletePolicy", "policy/blog-github-Boundary-X"),
        # Those of a stack whose name goes on where the site's ends, and its own roles, whose names begin alike.
        ("iam:PutRolePolicy", "role/blog-staging-PublishRole-X"),
        ("iam:UpdateAssumeRolePolicy", "role/blog-staging-AdminRole-X"),
        ("iam:UpdateAssumeRolePolicy", "role/blog-staging-github-StackRole-X"),
        ("iam:PassRole", "role/blog-staging-AdminRole-X"),
        ("iam:CreatePolicy", "policy/blog-staging-AuthorPolicy-X"),
        ("iam:PutRolePolicy", "role/blog-github-StackRole-X"),
        ("iam:UpdateAssumeRolePolicy", "role/blog-github-StackRole-X"),
        ("iam:UpdateAssumeRolePolicy", "role/blog-github-ContentRole-X"),
        ("iam:PassRole", "role/blog-github-StackRole-X"),
        ("iam:PassRole", "role/admin"),
        # Whoever has the author policy would have any right there is.
        ("iam:CreatePolicyVersion", "policy/blog-AuthorPolicy-X"),
    ],
)
def test_the_stack_role_gives_itself_and_others_no_rights(action: str, resource: str) -> None:
    context = WITHIN | {"iam:PassedToService": "lambda.amazonaws.com"}

    assert not allowed(statements_of("StackRole"), action, f"arn:aws:iam::111122223333:{resource}", **context)


@pytest.mark.parametrize("role", of_type("AWS::IAM::Role"))
def test_what_a_function_needs_is_within_the_boundary(role: str) -> None:
    needed = [
        (action, resource)
        for each in statements(role)
        for action in as_list(each["Action"])
        for value in as_list(each["Resource"])
        for resource in named(value)
    ]

    assert [each for each in needed if not allowed(boundary(), *each)] == []


def test_the_boundary_lets_the_clock_tick_and_gives_no_rights_away() -> None:
    assert allowed(boundary(), "lambda:InvokeFunction", CALLED["UpkeepFunction"])
    assert not [
        action for each in boundary() for action in as_list(each["Action"]) if action.startswith(("iam", "sts"))
    ]
    assert not [action for each in boundary() for action in as_list(each["Action"]) if "*" in action]


def test_every_role_of_the_stack_takes_the_boundary() -> None:
    tick = properties("UpkeepFunction")["Events"]["Tick"]["Properties"]
    boundaries = [each["PermissionsBoundary"] for each in (*of_type("AWS::IAM::Role").values(), tick)]

    assert {json.dumps(each) for each in boundaries} == {
        json.dumps({"Fn::If": ["HasBoundary", {"Ref": "PermissionsBoundary"}, {"Ref": "AWS::NoValue"}]})
    }


def test_policies_are_no_longer_than_iam_takes() -> None:
    longest = ACCOUNT | {"StackName": "s" * 24, "AWS::StackName": "s" * 24 + "-github"}

    def size(document: Any) -> int:
        return len(json.dumps(filled(document, longest), separators=(",", ":")))

    for resource in read("github.yaml")["Resources"].values():
        granted = [each["PolicyDocument"] for each in resource["Properties"].get("Policies", [])]
        assert sum(map(size, granted)) <= GRANTED_BYTES
        assert size(resource["Properties"].get("PolicyDocument", {})) <= MANAGED_BYTES


def test_code_is_kept_in_a_folder_of_the_stacks_own_as_its_role_expects() -> None:
    configuration = tomllib.loads((ROOT / "samconfig.toml").read_text("utf-8"))
    found = [each["deploy"]["parameters"] for each in configuration.values() if isinstance(each, dict)]

    assert len(found) == 2
    assert [each for each in found if each["s3_prefix"] != each["stack_name"]] == []


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_keeps_no_key_and_may_write_nothing(name: str) -> None:
    text = (FOLDER / name).read_text("utf-8")
    workflow = read(name)

    assert "secrets." not in text
    assert "aws-access-key-id" not in text
    assert workflow["permissions"] == {"contents": "read"}
    assert all(
        set(job.get("permissions", {}).items()) <= {("contents", "read"), ("id-token", "write")}
        for job in workflow["jobs"].values()
    )
    # What somebody else can write must not become part of a command.
    assert [
        step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "${{" in step.get("run", "")
    ] == []


@pytest.mark.parametrize("name", RETAINED)
def test_what_is_imported_is_what_the_template_keeps(name: str) -> None:
    imported, kept = read("import.yaml")["Resources"], template()["Resources"]

    assert set(imported) == set(RETAINED)
    assert {part: imported[name][part] for part in ("Type", "DeletionPolicy", "UpdateReplacePolicy")} == {
        part: kept[name][part] for part in ("Type", "DeletionPolicy", "UpdateReplacePolicy")
    }
    assert imported[name]["Properties"].items() <= kept[name]["Properties"].items()


def test_the_table_has_no_name_that_would_bind_it() -> None:
    assert "TableName" not in properties("PostTable")
