"""The files of deploy/, which people copy: they fit the template, and give away no more than they say."""

import re
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import pytest
import yaml

from bucketpress.content.source_keys import SourceKind, classify
from tests.support.template import ROOT, TemplateLoader, as_list, properties, template

FOLDER = ROOT / "deploy"
WORKFLOWS = ("content.yml", "stack.yml")
RETAINED = ("ContentBucket", "SiteBucket", "PostTable")
ACCOUNT = {
    "AWS::Partition": "aws",
    "AWS::StackName": "blog",
    "StackName": "blog",
    "AWS::AccountId": "1",
    "AWS::Region": "r",
    "Repository": "jane/blog",
    "Branch": "main",
    "Environment": "production",
}


@cache
def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.load((FOLDER / name).read_text("utf-8"), Loader=TemplateLoader)
    return found


def filled(value: Any) -> str:
    text = value["Fn::Sub"] if isinstance(value, dict) else value
    return re.sub(r"\$\{([\w:]+)\}", lambda found: ACCOUNT[found.group(1)], text)


def allowed(statements: list[dict[str, Any]], action: str, resource: str) -> bool:
    return any(
        any(fnmatchcase(action, each) for each in as_list(statement["Action"]))
        and any(fnmatchcase(resource, filled(each)) for each in as_list(statement["Resource"]))
        for statement in statements
    )


def statements_of(role: str) -> list[dict[str, Any]]:
    (policy,) = read("github.yaml")["Resources"][role]["Properties"]["Policies"]
    found: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return found


AUTHOR = properties("AuthorPolicy")["PolicyDocument"]["Statement"]
CONTENT = "arn:aws:s3:::blog-content-1-r"


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


def test_an_author_may_neither_change_the_settings_nor_reach_anything_else() -> None:
    assert allowed(AUTHOR, "s3:GetObject", f"{CONTENT}/site.yaml")
    assert not allowed(AUTHOR, "s3:PutObject", f"{CONTENT}/site.yaml")
    assert not allowed(AUTHOR, "s3:DeleteObject", f"{CONTENT}/site.yaml")
    assert not allowed(AUTHOR, "s3:DeleteObjectVersion", f"{CONTENT}/posts/a.md")
    assert not allowed(AUTHOR, "s3:PutBucketVersioning", CONTENT)
    assert not allowed(AUTHOR, "s3:PutObject", "arn:aws:s3:::blog-site-1-r/index.html")


@pytest.mark.parametrize("role", ["ContentRole", "StackRole"])
def test_a_role_is_for_one_repository_and_for_one_branch_or_environment_of_it(role: str) -> None:
    (trust,) = read("github.yaml")["Resources"][role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    conditions = trust["Condition"]["StringEquals"]

    assert trust["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert conditions["token.actions.githubusercontent.com:aud"] == "sts.amazonaws.com"
    assert filled(conditions["token.actions.githubusercontent.com:sub"]) in {
        "repo:jane/blog:ref:refs/heads/main",
        "repo:jane/blog:environment:production",
    }


def test_the_content_role_brings_content_and_nothing_else() -> None:
    role = statements_of("ContentRole")

    assert allowed(role, "s3:PutObject", f"{CONTENT}/site.yaml")
    assert allowed(role, "s3:ListBucket", CONTENT)
    assert not allowed(role, "s3:DeleteObjectVersion", f"{CONTENT}/posts/a.md")
    assert not allowed(role, "s3:PutObject", "arn:aws:s3:::blog-site-1-r/index.html")
    assert not allowed(role, "s3:PutObject", "arn:aws:s3:::other-content-1-r/posts/a.md")


def test_the_stack_role_reaches_no_other_stack_and_reads_no_posts() -> None:
    role = statements_of("StackRole")

    for action, resource in (
        ("s3:DeleteBucket", "arn:aws:s3:::other-content-1-r"),
        ("s3:GetObject", f"{CONTENT}/posts/a.md"),
        ("dynamodb:DeleteTable", "arn:aws:dynamodb:r:1:table/other-PostTable-X"),
        ("dynamodb:GetItem", "arn:aws:dynamodb:r:1:table/blog-PostTable-X"),
        ("iam:CreateRole", "arn:aws:iam::1:role/other"),
        ("iam:AttachRolePolicy", "arn:aws:iam::1:role/blog-PublishRole-X"),
        ("iam:PassRole", "arn:aws:iam::1:role/admin"),
        ("cloudformation:DeleteStack", "arn:aws:cloudformation:r:1:stack/blog/x"),
        ("lambda:UpdateFunctionCode", "arn:aws:lambda:r:1:function:other-f"),
    ):
        assert not allowed(role, action, resource), action


# The first call that makes each kind of resource, and what it is called: where CloudFormation names it, after the stack
# and the resource.
MADE: dict[str, tuple[str, str]] = {
    "AWS::S3::Bucket": ("s3:CreateBucket", CONTENT),
    "AWS::S3::BucketPolicy": ("s3:PutBucketPolicy", CONTENT),
    "AWS::IAM::ManagedPolicy": ("iam:CreatePolicy", "arn:aws:iam::1:policy/blog-AuthorPolicy-X"),
    "AWS::IAM::Role": ("iam:CreateRole", "arn:aws:iam::1:role/blog-PublishRole-X"),
    "AWS::DynamoDB::Table": ("dynamodb:CreateTable", "arn:aws:dynamodb:r:1:table/blog-PostTable-X"),
    "AWS::SQS::Queue": ("sqs:CreateQueue", "arn:aws:sqs:r:1:blog-SourceQueue-X"),
    "AWS::SQS::QueuePolicy": ("sqs:SetQueueAttributes", "arn:aws:sqs:r:1:blog-SourceQueue-X"),
    "AWS::Serverless::LayerVersion": ("lambda:PublishLayerVersion", "arn:aws:lambda:r:1:layer:blog-shared"),
    "AWS::Serverless::Function": ("lambda:CreateFunction", "arn:aws:lambda:r:1:function:blog-PublishFunction-X"),
    "AWS::Serverless::HttpApi": ("apigateway:POST", "arn:aws:apigateway:r::/apis"),
    "AWS::Logs::LogGroup": ("logs:CreateLogGroup", "arn:aws:logs:r:1:log-group:/aws/lambda/blog-publish"),
    "AWS::CloudFront::Distribution": ("cloudfront:CreateDistribution", "arn:aws:cloudfront::1:distribution/*"),
    "AWS::CloudFront::OriginAccessControl": (
        "cloudfront:CreateOriginAccessControl",
        "arn:aws:cloudfront::1:origin-access-control/*",
    ),
    "AWS::CloudFront::CachePolicy": ("cloudfront:CreateCachePolicy", "arn:aws:cloudfront::1:cache-policy/*"),
    "AWS::CloudFront::ResponseHeadersPolicy": (
        "cloudfront:CreateResponseHeadersPolicy",
        "arn:aws:cloudfront::1:response-headers-policy/*",
    ),
    "AWS::CloudFront::Function": ("cloudfront:CreateFunction", "arn:aws:cloudfront::1:function/blog-r-address"),
    "AWS::SNS::Topic": ("sns:CreateTopic", "arn:aws:sns:r:1:blog-AlarmTopic-X"),
    "AWS::CloudWatch::Alarm": ("cloudwatch:PutMetricAlarm", "arn:aws:cloudwatch:r:1:alarm:blog-ClockAlarm-X"),
    "AWS::CloudWatch::Dashboard": ("cloudwatch:PutDashboard", "arn:aws:cloudwatch::1:dashboard/blog"),
}


def test_the_stack_role_can_make_every_kind_of_resource_there_is() -> None:
    kinds = {resource["Type"] for resource in template()["Resources"].values()}
    role = statements_of("StackRole")

    assert kinds - MADE.keys() == set(), "say which call makes it"
    assert [kind for kind in sorted(kinds) if not allowed(role, *MADE[kind])] == []
    assert allowed(role, "scheduler:CreateSchedule", "arn:aws:scheduler:r:1:schedule/default/blog-tick")


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
