"""Part of Schemathesis while it fuzzes the API: where a call is to be accepted, its cursor has to be a genuine one."""

from typing import Any

import requests
import schemathesis
from schemathesis import GenerationMode

SECONDS = 30


@schemathesis.hook
def before_call(_context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Put the cursor that the API gives for the rest of the query in the place of an invented one."""
    del kwargs
    query = case.query or {}
    if "cursor" not in query or case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE:
        return
    others = {name: value for name, value in query.items() if name not in {"cursor", "since"}}
    address = str(case.operation.base_url) + case.formatted_path
    first = requests.get(address, params={**others, "limit": 1}, timeout=SECONDS)
    cursor = first.json().get("next_cursor") if first.status_code == 200 else None
    case.query = {**others, "cursor": cursor} if cursor else others
