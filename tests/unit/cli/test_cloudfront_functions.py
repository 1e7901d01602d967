"""The rules of CloudFront's functions: one table of cases for our mirror of them and for the template's JavaScript."""

import json
import subprocess
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bucketpress_cli.cloudfront.functions import SECURITY_HEADERS, SVG_POLICY, Answer, address, answer
from tests.support.template import template
from tools.javascript.node import find_node

HERE = Path(__file__).parent
CASES = json.loads((HERE / "cloudfront_cases.json").read_text("utf-8"))


def named(group: str) -> Any:
    return pytest.mark.parametrize("case", [pytest.param(each, id=each["name"]) for each in CASES[group]])


@named("addresses")
def test_an_address_stands_for_an_object_or_leads_to_one(case: dict[str, Any]) -> None:
    found = address(case["uri"], case.get("query", ""), ", ".join(accepts(case)))

    assert (found.location, found.uri or None) == (case.get("location"), case.get("object"))


@named("answers")
def test_what_the_bucket_answers_becomes_what_a_reader_gets(case: dict[str, Any]) -> None:
    given = answer(case["uri"], Answer(**case["origin"]))

    assert {"status": given.status, "headers": given.headers} == case["answer"]


@named("addresses")
def test_the_template_reads_an_address_alike(case: dict[str, Any]) -> None:
    returned = javascript()["addresses"][case["name"]]

    location = returned.get("headers", {}).get("location", {}).get("value")
    assert (location, returned.get("uri")) == (case.get("location"), case.get("object"))
    assert returned.get("statusCode") == (301 if "location" in case else None)


@named("answers")
def test_the_template_answers_alike(case: dict[str, Any]) -> None:
    returned = javascript()["answers"][case["name"]]

    headers = {name: header["value"] for name, header in returned["headers"].items()}
    assert {"status": returned["statusCode"], "headers": headers} == case["answer"]


def test_both_add_the_same_security_headers() -> None:
    policy = template()["Resources"]["SiteHeadersPolicy"]["Properties"]["ResponseHeadersPolicyConfig"]
    security = policy["SecurityHeadersConfig"]
    seconds = template()["Parameters"][security["StrictTransportSecurity"]["AccessControlMaxAgeSec"]["Ref"]]["Default"]

    assert {
        "strict-transport-security": f"max-age={seconds}",
        "x-content-type-options": "nosniff",
        "x-frame-options": security["FrameOptions"]["FrameOption"],
        "referrer-policy": security["ReferrerPolicy"]["ReferrerPolicy"],
        "content-security-policy": security["ContentSecurityPolicy"]["ContentSecurityPolicy"],
    } == SECURITY_HEADERS
    assert SVG_POLICY in function_code("AnswerFunction")


def test_a_function_is_small_enough_for_cloudfront() -> None:
    for name in ("AddressFunction", "AnswerFunction"):
        assert len(function_code(name).encode()) < 10_240


def test_both_read_any_request_alike() -> None:
    random = Random(8)
    kinds = ("text/markdown", "text/html", "application/xhtml+xml", "text/*", "*/*", "TEXT/MARKDOWN", "text/plain", "")
    weights = (
        "",
        ";q=1",
        ";q=0",
        ";q=0.5",
        "; Q=0.500",
        ";q=0.49",
        ";q=1.001",
        ";q=",
        ";q=.5",
        ";v=1;q=0.9",
        ";q=0;q=1",
    )
    paths = (
        "/",
        "/x/",
        "/x",
        "/a.html",
        "/A.HTM",
        "/x/index.html",
        "/tags/v/",
        "/2010/03/",
        "/2010/13/",
        "/%61rchive/",
    )
    cases = [
        {
            "uri": random.choice(paths),
            "accept": [
                ", ".join(random.choice(kinds) + random.choice(weights) for _ in range(random.randint(0, 4)))
                for _ in range(random.randint(1, 2))
            ],
        }
        for _ in range(3000)
    ]

    returned = run_javascript([{"of": "addresses", "event": {"request": request(case)}} for case in cases])

    given = [address(case["uri"], accept=", ".join(case["accept"])) for case in cases]
    assert [each.get("uri") for each in returned] == [each.uri or None for each in given]
    assert len({each.get("uri") for each in returned}) > len(paths)


@cache
def javascript() -> dict[str, dict[str, Any]]:
    """Run every case through the template's functions in one node process."""
    events = [{"of": "addresses", "event": {"request": request(case)}} for case in CASES["addresses"]]
    events += [{"of": "answers", "event": response(case)} for case in CASES["answers"]]
    results = iter(run_javascript(events))
    return {group: {case["name"]: next(results) for case in CASES[group]} for group in ("addresses", "answers")}


def run_javascript(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    functions = {"addresses": function_code("AddressFunction"), "answers": function_code("AnswerFunction")}
    done = subprocess.run(
        [find_node(), str(HERE / "cloudfront_cases.js")],
        input=json.dumps({"functions": functions, "events": events}),
        capture_output=True,
        text=True,
        check=True,
    )
    returned: list[dict[str, Any]] = json.loads(done.stdout)
    return returned


def request(case: dict[str, Any]) -> dict[str, Any]:
    """Build the request as CloudFront does: the query parsed, equal names under multiValue, nothing decoded."""
    query: dict[str, Any] = {}
    for pair in filter(None, case.get("query", "").split("&")):
        name, _, value = pair.partition("=")
        if name in query:
            query[name].setdefault("multiValue", [{"value": query[name]["value"]}]).append({"value": value})
        else:
            query[name] = {"value": value}
    accept = [{"value": value} for value in accepts(case)]
    headers = {"accept": accept[0] | ({"multiValue": accept} if accept[1:] else {})} if accept else {}
    return {"method": "GET", "uri": case["uri"], "querystring": query, "headers": headers, "cookies": {}}


def accepts(case: dict[str, Any]) -> list[str]:
    """Return the values of a request's Accept headers, of which there may be several."""
    given = case.get("accept", [])
    return [given] if isinstance(given, str) else given


def response(case: dict[str, Any]) -> dict[str, Any]:
    headers = {name: {"value": value} for name, value in case["origin"]["headers"].items()}
    return {
        "request": {"method": "GET", "uri": case["uri"], "querystring": {}, "headers": {}, "cookies": {}},
        "response": {"statusCode": case["origin"]["status"], "headers": headers, "cookies": {}},
    }


def function_code(name: str) -> str:
    return str(template()["Resources"][name]["Properties"]["FunctionCode"])
