"""What a CloudFormation stack says of itself: the names of its table, buckets and queues."""

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bucketpress.adapters.client_errors import code_of
from bucketpress.ports import NoSuchStackError

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient

OUTPUTS = frozenset(
    {
        "SiteAddress",
        "ContentBucketName",
        "SiteBucketName",
        "TableName",
        "SourceQueueUrl",
        "PageQueueUrl",
        "SourceDeadLetterQueueUrl",
        "PageDeadLetterQueueUrl",
        "DistributionId",
    }
)


def read_outputs(client: "CloudFormationClient", stack: str) -> dict[str, str]:
    """Return a stack's outputs. Raises NoSuchStackError, also for a stack that is no Bucketpress."""
    try:
        found = client.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        # That is how CloudFormation says that a stack does not exist, or that its name cannot be one.
        if code_of(error) != "ValidationError":
            raise
        found = []
    outputs = _outputs(found[0]) if found else {}
    if not outputs.keys() >= OUTPUTS:
        raise NoSuchStackError(stack, _installations(client))
    return outputs


def _installations(client: "CloudFormationClient") -> tuple[str, ...]:
    """Return the names of the stacks that are Bucketpresses, none where one may not look at other people's."""
    try:
        pages = list(client.get_paginator("describe_stacks").paginate())
    except ClientError:
        return ()
    stacks = (stack for page in pages for stack in page["Stacks"])
    return tuple(sorted(stack["StackName"] for stack in stacks if _outputs(stack).keys() >= OUTPUTS))


def _outputs(stack: Any) -> dict[str, str]:  # noqa: ANN401 - boto3's answer
    return {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}
