"""Buckets and table go with a first deployment that fails, stay when a stack is deleted, and can be imported again."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from tools.environments import ministack_environment
from tools.local_cloud.ministack import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY, MiniStack

pytestmark = pytest.mark.e2e

# The resources that outlive a stack; tests/unit/test_deploy.py holds them equal to those of template.yaml.
TEMPLATE = (Path(__file__).parents[2] / "deploy" / "import.yaml").read_text("utf-8")
# Made after the table and both buckets, and never done: it stands for whatever fails in a first deployment.
FAILING = """
  Handle:
    Type: AWS::CloudFormation::WaitConditionHandle
  Failing:
    Type: AWS::CloudFormation::WaitCondition
    DependsOn: [ContentBucket, SiteBucket, PostTable]
    Properties:
      Handle: !Ref Handle
      Timeout: "1"
"""
STACK = "blog"
WAIT_SECONDS = 120
OFTEN: Any = {"Delay": 1, "MaxAttempts": WAIT_SECONDS}
KEPT = {"ContentBucket", "SiteBucket", "PostTable"}
IDENTIFIERS = {"AWS::S3::Bucket": "BucketName", "AWS::DynamoDB::Table": "TableName"}

Client = Callable[[str], Any]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    cloud = MiniStack(ministack_environment(), tmp_path_factory.mktemp("cloud"), enforce_roles=False)
    cloud.start()

    def make(service: str) -> Any:
        return boto3.session.Session().client(
            service,  # type: ignore[call-overload]  # any of them
            endpoint_url=cloud.url,
            region_name=REGION,
            aws_access_key_id=ACCESS_KEY_ID,
            aws_secret_access_key=SECRET_ACCESS_KEY,
        )

    try:
        yield make
    finally:
        cloud.stop()


def create(client: Client, stack: str, template: str, end: str) -> None:
    client("cloudformation").create_stack(StackName=stack, TemplateBody=template)
    wait_for_status(client, stack, end)


def delete(client: Client, stack: str) -> None:
    stacks = client("cloudformation")
    stacks.delete_stack(StackName=stack)
    stacks.get_waiter("stack_delete_complete").wait(StackName=stack, WaiterConfig=OFTEN)


def wait_for_status(client: Client, stack: str, status: str) -> None:
    """Wait until nothing is in progress; no waiter of botocore's knows the rollback of a first deployment."""
    for _ in range(WAIT_SECONDS):
        found = client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
        if not found.endswith("_IN_PROGRESS"):
            assert found == status
            return
        time.sleep(1)
    pytest.fail(f"{stack} is still {found}")


def left(client: Client, stack: str) -> set[str]:
    """Return the names of the buckets and tables that a stack has, or has left behind."""
    buckets = {bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]}
    return {name for name in buckets | {*client("dynamodb").list_tables()["TableNames"]} if name.startswith(stack)}


def resources(client: Client, stack: str) -> dict[str, tuple[str, str]]:
    """Return the type and the name of each resource of a stack."""
    listed = client("cloudformation").list_stack_resources(StackName=stack)["StackResourceSummaries"]
    return {each["LogicalResourceId"]: (each["ResourceType"], each["PhysicalResourceId"]) for each in listed}


def test_a_first_deployment_that_fails_leaves_nothing_that_stands_in_the_way_of_the_next(client: Client) -> None:
    create(client, "first", TEMPLATE + FAILING, "ROLLBACK_COMPLETE")
    after_failure = left(client, "first")

    delete(client, "first")
    create(client, "first", TEMPLATE, "CREATE_COMPLETE")

    assert after_failure == set()
    assert resources(client, "first").keys() == KEPT


def test_the_policy_of_before_would_have_left_everything_behind(client: Client) -> None:
    create(client, "before", TEMPLATE.replace("RetainExceptOnCreate", "Retain") + FAILING, "ROLLBACK_COMPLETE")

    assert len(left(client, "before")) == len(KEPT)


def test_what_a_deleted_stack_left_is_imported_into_a_new_one_with_what_is_in_it(client: Client) -> None:
    create(client, STACK, TEMPLATE, "CREATE_COMPLETE")
    made = resources(client, STACK)
    content = made["ContentBucket"][1]
    client("s3").put_object(Bucket=content, Key="posts/a.md", Body=b"A post")
    delete(client, STACK)
    kept = left(client, STACK)

    imports = [
        {"ResourceType": kind, "LogicalResourceId": logical, "ResourceIdentifier": {IDENTIFIERS[kind]: name}}
        for logical, (kind, name) in made.items()
    ]
    stacks = client("cloudformation")
    change = {"StackName": STACK, "ChangeSetName": "import"}
    stacks.create_change_set(**change, ChangeSetType="IMPORT", TemplateBody=TEMPLATE, ResourcesToImport=imports)
    stacks.get_waiter("change_set_create_complete").wait(**change, WaiterConfig=OFTEN)
    stacks.execute_change_set(**change)
    wait_for_status(client, STACK, "IMPORT_COMPLETE")

    assert kept == {name for _, name in made.values()}
    assert resources(client, STACK) == made
    assert client("s3").get_object(Bucket=content, Key="posts/a.md")["Body"].read() == b"A post"
