"""Functions read their settings from the environment and say what is missing."""

import pytest

from bucketpress.environment import MissingSettingError, RefreshSettings, UpkeepSettings, read_settings


def test_each_setting_comes_from_the_variable_of_its_name() -> None:
    environment = {"TABLE_NAME": "t", "CONTENT_BUCKET": "c", "SITE_BUCKET": "s", "PAGE_QUEUE_URL": "q", "OTHER": "x"}
    environment |= {"CONNECTIONS": "8"}

    settings = read_settings(RefreshSettings, environment)

    assert settings == RefreshSettings(
        table_name="t", content_bucket="c", site_bucket="s", page_queue_url="q", connections=8
    )


def test_every_missing_variable_is_named_at_once() -> None:
    with pytest.raises(MissingSettingError, match="CONTENT_BUCKET, PAGE_QUEUE_URL"):
        read_settings(RefreshSettings, {"TABLE_NAME": "t", "SITE_BUCKET": "s", "CONTENT_BUCKET": ""})


def test_a_number_is_read_as_one() -> None:
    queues = ("SOURCE_QUEUE_URL", "PAGE_QUEUE_URL", "SOURCE_DEAD_LETTER_QUEUE_URL", "PAGE_DEAD_LETTER_QUEUE_URL")
    queues += ("VARIANT_QUEUE_URL", "VARIANT_DEAD_LETTER_QUEUE_URL", "VARIANTS_FUNCTION")
    names = ("TABLE_NAME", "CONTENT_BUCKET", "SITE_BUCKET", *queues)
    numbers = {"AUDIT_EVERY_MINUTES": "60", "FULL_AUDIT_EVERY_HOURS": "24", "REFRESH_WITHIN_DAYS": "7"}

    settings = read_settings(UpkeepSettings, dict.fromkeys(names, "x") | numbers)

    assert (settings.audit_every_minutes, settings.refresh_within_days) == (60, 7)
