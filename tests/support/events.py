"""Events of AWS as functions get them, made from those in `events/`."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

EVENTS = Path(__file__).parents[2] / "events"


def sqs_event(bodies: Iterable[str], sent: datetime | None = None) -> dict[str, Any]:
    """Return an event of messages sent at a moment, or just now, and delivered for the first time."""
    template = json.loads((EVENTS / "publish-s3-put.json").read_text())["Records"][0]
    moment = str(round((sent or datetime.now(UTC)).timestamp() * 1000))
    template["attributes"] |= {"SentTimestamp": moment, "ApproximateFirstReceiveTimestamp": moment}
    return {
        "Records": [
            {**template, "messageId": str(number), "receiptHandle": f"handle {number}", "body": body}
            for number, body in enumerate(bodies)
        ]
    }
