"""What docs/cost.md says follows from counted calls and the list of prices."""

import re
from pathlib import Path

import pytest

from bench.cost import ASSUMED, FEW, MORE, a_day_of_searches, at, measured, month, readers, tables
from tests.support.alarms import alarms
from tests.support.golden import Golden
from tests.support.template import template

PAGE = Path(__file__).parents[2] / "docs" / "cost.md"
BEGIN, END = r"(<!-- Written by `make golden`[^>]*-->\n\n)", r"(\n<!-- End of what `make golden` writes)"


@pytest.mark.slow
def test_the_page_says_what_is_counted(golden: Golden) -> None:
    page = PAGE.read_text("utf-8")

    made = re.sub(BEGIN + ".*?" + END, lambda match: match[1] + tables() + match[2], page, count=1, flags=re.DOTALL)

    golden.check(PAGE, made)


@pytest.mark.slow
def test_an_idle_small_site_costs_less_than_a_dollar_a_month_at_list_price() -> None:
    few, more = measured(FEW), measured(MORE)

    costs = month({name: at(100, few[name], more[name]) for name in few})

    assert sum(costs.values()) < 1


@pytest.mark.slow
def test_an_idle_site_of_ten_thousand_posts_costs_little_more() -> None:
    few, more = measured(FEW), measured(MORE)

    costs = month({name: at(10_000, few[name], more[name]) for name in few})

    assert sum(costs.values()) < 2


def test_the_page_says_what_strangers_cost() -> None:
    page = PAGE.read_text("utf-8")
    lines = [f"| {what} | {costs:.4f} |" for what, costs in readers().items()]

    assert [line for line in lines if line not in page] == []
    assert f"as the API takes, none from the cache | {a_day_of_searches():.0f} |" in page


@pytest.mark.slow
def test_the_essential_alarms_read_as_many_metrics_as_are_paid_for() -> None:
    read = [alarm for name, alarm in alarms().items() if "Condition" not in template()["Resources"][name]]

    assert sum(len(alarm.reads) for alarm in read) == ASSUMED.alarm_metrics


@pytest.mark.slow
def test_a_new_post_costs_as_many_calls_on_a_larger_site() -> None:
    few, more = measured(FEW)["new post"], measured(MORE)["new post"]

    assert more["S3 writes and lists"] <= few["S3 writes and lists"] + 2
    assert more["refresh"] <= 25
    assert more["table write units"] <= 120
