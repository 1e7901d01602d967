"""A table that cannot be read just now is no fault of anybody's."""

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from bucketpress.adapters.dynamodb_index import DynamoDBPostIndex
from bucketpress.adapters.dynamodb_table import BUSY
from bucketpress.ports import TransientError
from tests.support.aws import CREDENTIALS, TABLE


@pytest.mark.parametrize("code", sorted(BUSY))
def test_a_busy_table_is_to_be_read_again_later(code: str) -> None:
    client = boto3.client("dynamodb", **CREDENTIALS)
    index = DynamoDBPostIndex(client, TABLE)
    with Stubber(client) as stubber:
        for operation in ("get_item", "batch_get_item", "query"):
            stubber.add_client_error(operation, code)

        for read in (lambda: index.record("a"), lambda: index.records(["a"]), lambda: index.entries("all")):
            with pytest.raises(TransientError):
                read()


def test_a_table_out_of_reach_is_to_be_read_again_later() -> None:
    nowhere = boto3.client("dynamodb", endpoint_url="http://127.0.0.1:9", **CREDENTIALS)

    with pytest.raises(TransientError):
        DynamoDBPostIndex(nowhere, TABLE).record("a")


def test_any_other_refusal_is_a_fault() -> None:
    client = boto3.client("dynamodb", **CREDENTIALS)
    with Stubber(client) as stubber:
        stubber.add_client_error("query", "AccessDeniedException")

        with pytest.raises(ClientError):
            DynamoDBPostIndex(client, TABLE).entries("all")
