"""A stack that is not there is told of as that, whatever else the caller may see."""

from typing import Any

import pytest
from botocore.session import Session
from botocore.stub import Stubber

from bucketpress.adapters.stack_outputs import OUTPUTS, read_outputs
from bucketpress.ports import NoSuchStackError


@pytest.fixture
def client() -> Any:
    return Session().create_client(
        "cloudformation", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x"
    )


def stack(name: str, outputs: frozenset[str]) -> dict[str, Any]:
    listed = [{"OutputKey": key, "OutputValue": f"{key} of {name}"} for key in sorted(outputs)]
    return {"StackName": name, "StackStatus": "CREATE_COMPLETE", "CreationTime": "2026-11-24", "Outputs": listed}


def test_the_outputs_of_a_stack_are_read(client: Any) -> None:
    with Stubber(client) as stubber:
        stubber.add_response("describe_stacks", {"Stacks": [stack("blog", OUTPUTS)]}, {"StackName": "blog"})

        assert read_outputs(client, "blog")["TableName"] == "TableName of blog"


def test_a_stack_that_is_not_there_is_told_with_those_that_are(client: Any) -> None:
    with Stubber(client) as stubber:
        stubber.add_client_error("describe_stacks", "ValidationError")
        stubber.add_response("describe_stacks", {"Stacks": [stack("blog", OUTPUTS), stack("x", frozenset())]})

        with pytest.raises(NoSuchStackError) as raised:
            read_outputs(client, "bolg")

    assert raised.value.others == ("blog",)


def test_an_author_who_may_see_one_stack_alone_is_told_that_another_is_not_there(client: Any) -> None:
    with Stubber(client) as stubber:
        stubber.add_client_error("describe_stacks", "ValidationError")
        stubber.add_client_error("describe_stacks", "AccessDenied")

        with pytest.raises(NoSuchStackError) as raised:
            read_outputs(client, "bolg")

    assert raised.value.others == ()


def test_what_cannot_be_asked_is_no_stack_that_is_not_there(client: Any) -> None:
    with Stubber(client) as stubber:
        stubber.add_client_error("describe_stacks", "ExpiredToken")

        with pytest.raises(client.exceptions.ClientError):
            read_outputs(client, "blog")
