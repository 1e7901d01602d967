"""The project's AWS resources, as template.yaml declares them, made on moto."""

from functools import cache
from typing import Any

import boto3

TABLE = "index"
CONTENT_BUCKET = "content"
SITE_BUCKET = "site"
REGION = "us-east-1"
CREDENTIALS: dict[str, Any] = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": REGION}


@cache
def client_of(service: str) -> Any:
    """Return the one client of a service: making it takes a tenth of a second, and moto resets what it talks to."""
    return boto3.client(service, **CREDENTIALS)


def make_table(client: Any) -> None:
    client.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "PK", "AttributeType": "S"},
            {"AttributeName": "SK", "AttributeType": "S"},
        ],
    )


def make_buckets(client: Any) -> None:
    for bucket in (CONTENT_BUCKET, SITE_BUCKET):
        client.create_bucket(Bucket=bucket)
    client.put_bucket_versioning(Bucket=CONTENT_BUCKET, VersioningConfiguration={"Status": "Enabled"})


def make_queue(client: Any, name: str) -> str:
    return str(client.create_queue(QueueName=name)["QueueUrl"])


def messages_of(client: Any, url: str) -> list[str]:
    """Take every message that can be received now."""
    bodies: list[str] = []
    while True:
        answer = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        messages = answer.get("Messages", [])
        if not messages:
            return bodies
        for message in messages:
            bodies.append(message["Body"])
            client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
