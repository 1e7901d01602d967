"""One DynamoDB table with the string keys PK and SK: strongly consistent reads, conditional writes, their errors."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004 - not Python's own

from bucketpress.adapters.client_errors import code_of
from bucketpress.ports import RevisionConflictError, TransientError

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

Item = dict[str, Any]

BATCH_GET_ITEMS = 100
BATCH_ATTEMPTS = 8
TRANSACTION_ITEMS = 100
BUSY = frozenset(
    {"ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException", "InternalServerError"}
)
LAST = "\U0010ffff"


def string(text: str) -> Item:
    """Return an attribute that holds a text."""
    return {"S": text}


def number(value: int) -> Item:
    """Return an attribute that holds a whole number."""
    return {"N": str(value)}


def item_key(partition: str, sort: str) -> Item:
    """Return the key of an item."""
    return {"PK": string(partition), "SK": string(sort)}


class DynamoDBTable:
    """A table whose items may carry a revision, `rev`, that writes depend on."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name

    def get(self, key: Item) -> Item | None:
        """Read one item, None when there is none. Raises TransientError when the table is too busy."""
        with _busy_is_transient():
            return self._client.get_item(TableName=self._name, Key=key, ConsistentRead=True).get("Item")

    def get_many(self, keys: Iterable[Item]) -> Iterator[Item]:
        """Read items in batches. Raises TransientError when the table keeps leaving some unread."""
        wanted = list(keys)
        for begin in range(0, len(wanted), BATCH_GET_ITEMS):
            left: Any = {self._name: {"Keys": wanted[begin : begin + BATCH_GET_ITEMS], "ConsistentRead": True}}
            for _ in range(BATCH_ATTEMPTS):
                with _busy_is_transient():
                    answer = self._client.batch_get_item(RequestItems=left)
                yield from answer["Responses"].get(self._name, [])
                left = answer.get("UnprocessedKeys")
                if not left:
                    break
            else:
                message = "the table is too busy to read a batch"
                raise TransientError(message)

    def query(
        self, partition: str, *, between: tuple[str, str] | None = None, limit: int | None = None, forward: bool = True
    ) -> list[Item]:
        """Read the items of a partition in the order of their sort keys; `between` includes both its keys."""
        request: Any = {
            "TableName": self._name,
            "KeyConditionExpression": "PK = :partition",
            "ExpressionAttributeValues": {":partition": string(partition)},
            "ConsistentRead": True,
            "ScanIndexForward": forward,
        }
        if between:
            request["KeyConditionExpression"] += " AND SK BETWEEN :low AND :high"
            request["ExpressionAttributeValues"] |= {":low": string(between[0]), ":high": string(between[1])}
        found: list[Item] = []
        while limit is None or len(found) < limit:
            if limit is not None:
                request["Limit"] = limit - len(found)
            with _busy_is_transient():
                answer = self._client.query(**request)
            found += answer["Items"]
            if "LastEvaluatedKey" not in answer:
                break
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        return found

    def put(self, item: Item, expected: int | None = None) -> Item:
        """Return one write of a transaction; `expected` is the revision it depends on, 0 for a new item."""
        put: Item = {"TableName": self._name, "Item": item}
        if expected == 0:
            put["ConditionExpression"] = "attribute_not_exists(PK)"
        elif expected is not None:
            put["ConditionExpression"] = "rev = :expected"
            put["ExpressionAttributeValues"] = {":expected": number(expected)}
        return {"Put": put}

    def delete(self, partition: str, sort: str) -> Item:
        """Return the deletion of an item as one write of a transaction."""
        return {"Delete": {"TableName": self._name, "Key": item_key(partition, sort)}}

    def write(self, writes: Sequence[Any], what: str) -> None:
        """Make writes as one transaction. Raises RevisionConflictError(what) when a condition fails: none was made."""
        try:
            if len(writes) == 1:  # Half the price of a transaction of one.
                self._client.put_item(**writes[0]["Put"])
            else:
                self._client.transact_write_items(TransactItems=writes)
        except ClientError as error:
            if _lost_race(error):
                raise RevisionConflictError(what) from error
            raise

    def clear_outboxes(self, clear: Sequence[tuple[Item, int]], empty: str) -> None:
        """Write an empty outbox into items, by key and revision, except those whose revision has moved on."""
        updates = [self._emptied(key, revision, empty) for key, revision in clear]
        for begin in range(0, len(updates), TRANSACTION_ITEMS):
            together = updates[begin : begin + TRANSACTION_ITEMS]
            if not self._tried(together):
                for update in together:
                    self._tried([update])

    def _tried(self, updates: Sequence[Any]) -> bool:
        """Make updates, all or none; return whether every condition held."""
        try:
            if len(updates) == 1:
                self._client.update_item(**updates[0])
            else:
                self._client.transact_write_items(TransactItems=[{"Update": update} for update in updates])
        except ClientError as error:
            if not _lost_race(error):
                raise
            return False
        return True

    def _emptied(self, key: Item, revision: int, empty: str) -> Item:
        return {
            "TableName": self._name,
            "Key": key,
            "UpdateExpression": "SET outbox = :empty",
            "ConditionExpression": "rev = :revision",
            "ExpressionAttributeValues": {":empty": string(empty), ":revision": number(revision)},
        }


@contextmanager
def _busy_is_transient() -> Iterator[None]:
    """Raise TransientError where the table could not be read just now, after the client's own attempts."""
    try:
        yield
    except (HTTPClientError, ConnectionError) as error:
        message = "the table does not answer"
        raise TransientError(message) from error
    except ClientError as error:
        if code_of(error) not in BUSY:
            raise
        message = "the table is too busy to be read"
        raise TransientError(message) from error


def _lost_race(error: ClientError) -> bool:
    """Return whether a condition failed or another transaction was in conflict."""
    code = code_of(error)
    if code in {"ConditionalCheckFailedException", "TransactionConflictException", "TransactionInProgressException"}:
        return True
    if code != "TransactionCanceledException":
        return False
    reasons: Any = error.response.get("CancellationReasons", [])
    return any(reason.get("Code") in {"ConditionalCheckFailed", "TransactionConflict"} for reason in reasons)
