"""A person at a terminal, before a stack named `blog` on moto."""

from dataclasses import dataclass
from typing import Any

from typer.testing import CliRunner, Result

from bucketpress import bootstrap
from bucketpress.ports import PostIndex
from bucketpress_cli.main import app
from tests.support.aws import client_of


@dataclass
class Terminal:
    """A person at a terminal, before a stack named `blog`."""

    cloud: Any  # of tests/integration/conftest.py

    def run(self, *arguments: str) -> Result:
        bootstrap.forget()
        return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "100", "TERM": "dumb"})

    def index(self) -> PostIndex:
        return bootstrap.publisher().index


def make_distribution() -> str:
    """Make a distribution as small as can be, and return its id."""
    behaviour = {"TargetOriginId": "site", "ViewerProtocolPolicy": "https-only"}
    origin = {"Id": "site", "DomainName": "site.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}
    config = {
        "CallerReference": "one",
        "Comment": "",
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": behaviour,
    }
    return str(client_of("cloudfront").create_distribution(DistributionConfig=config)["Distribution"]["Id"])
