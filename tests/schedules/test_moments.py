"""Times: as the clock on the wall shows them, also on the days on which it is put forward or back."""

import itertools
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from gesso.kit.errors import Invalid
from gesso.schedules import When

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "UTC", "Australia/Lord_Howe")


def on(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


def shown(when: When, after: str, count: int = 3) -> list[str]:
    return [each.isoformat(timespec="minutes") for each in when.checked().shown(on(after), count)]


def test_what_stands_in_the_hour_that_is_left_out_comes_right_after_it() -> None:
    berlin = When(kind="daily", time="02:30", timezone="Europe/Berlin")
    assert shown(berlin, "2026-03-27T12:00", 4) == [
        "2026-03-28T02:30+01:00",
        "2026-03-29T03:00+02:00",
        "2026-03-30T02:30+02:00",
        "2026-03-31T02:30+02:00",
    ]
    york = When(kind="daily", time="02:30", timezone="America/New_York")
    assert shown(york, "2026-03-07T12:00", 2) == ["2026-03-08T03:00-04:00", "2026-03-09T02:30-04:00"]
    twice = When(kind="cron", cron="0,30 2 * * *", timezone="Europe/Berlin")
    assert shown(twice, "2026-03-28T12:00", 2) == ["2026-03-29T03:00+02:00", "2026-03-30T02:00+02:00"]


def test_what_stands_in_the_hour_that_comes_twice_comes_once_wherever_one_asks_from() -> None:
    berlin = When(kind="daily", time="02:30", timezone="Europe/Berlin")
    assert shown(berlin, "2026-10-24T12:00", 2) == ["2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"]
    for after in ("2026-10-25T00:30", "2026-10-25T00:45", "2026-10-25T01:15", "2026-10-25T01:45"):
        assert shown(berlin, after, 1) == ["2026-10-26T02:30+01:00"], after
    york = When(kind="weekly", days=[7], time="01:30", timezone="America/New_York")
    assert shown(york, "2026-10-31T12:00", 2) == ["2026-11-01T01:30-04:00", "2026-11-08T01:30-05:00"]


def test_what_comes_every_hour_comes_in_both_hours_and_none_twice() -> None:
    hourly = When(kind="hourly", minute=15, timezone="Europe/Berlin")
    assert shown(hourly, "2026-10-25T00:00", 3) == [
        "2026-10-25T02:15+02:00",
        "2026-10-25T02:15+01:00",
        "2026-10-25T03:15+01:00",
    ]
    assert shown(hourly, "2026-03-29T00:00", 2) == ["2026-03-29T01:15+01:00", "2026-03-29T03:15+02:00"]


def test_a_zone_without_daylight_saving_is_simple() -> None:
    tokyo = When(kind="daily", time="02:30", timezone="Asia/Tokyo")
    assert shown(tokyo, "2026-03-28T12:00", 2) == ["2026-03-29T02:30+09:00", "2026-03-30T02:30+09:00"]


def test_the_thirty_first_is_the_last_day_of_a_shorter_month() -> None:
    days = {
        31: ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30", "2028-05-31"],
        30: ["2028-01-30", "2028-02-29", "2028-03-30", "2028-04-30", "2028-05-30"],
        29: ["2028-01-29", "2028-02-29", "2028-03-29", "2028-04-29", "2028-05-29"],
    }
    for day, expected in days.items():
        found = When(kind="monthly", day=day, time="09:00").shown(on("2028-01-01T00:00"))
        assert [f"{each:%Y-%m-%d}" for each in found] == expected
    common = When(kind="monthly", day=29, time="09:00").shown(on("2027-02-01T00:00"), 1)
    assert f"{common[0]:%Y-%m-%d}" == "2027-02-28"
    cron = When(kind="cron", cron="0 9 31 * *").shown(on("2028-01-01T00:00"), 3)
    assert [each.month for each in cron] == [1, 3, 5], "cron says what it says: no 31st, no moment"


def test_once_is_once_by_a_clock_of_its_zone() -> None:
    once = When(kind="once", at=datetime(2026, 7, 1, 9), timezone="Europe/Berlin").checked()
    assert once.after(on("2026-06-30T00:00")) == on("2026-07-01T07:00")
    assert once.after(on("2026-07-01T07:00")) is None
    aware = When(kind="once", at=on("2026-07-01T09:00"), timezone="Europe/Berlin")
    assert aware.after(on("2026-06-30T00:00")) == on("2026-07-01T09:00")


def test_it_is_said_in_words() -> None:
    said = [
        (When(kind="weekly", days=[1, 2, 3, 4, 5], timezone="Europe/Berlin"), "Every weekday at 09:00, Europe/Berlin"),
        (When(kind="weekly", days=[6, 1]), "Every Monday and Saturday at 09:00, UTC"),
        (When(kind="weekly", days=[*range(1, 8)]), "Every day at 09:00, UTC"),
        (When(kind="weekly", days=[3]), "Every Wednesday at 09:00, UTC"),
        (When(kind="daily", time="23:05"), "Every day at 23:05, UTC"),
        (When(kind="hourly"), "Every hour at minute 0, UTC"),
        (When(kind="hourly", every=6, minute=30), "Every 6 hours at minute 30, UTC"),
        (When(kind="monthly", day=22), "On the 22nd of every month at 09:00, UTC"),
        (When(kind="monthly", day=13), "On the 13th of every month at 09:00, UTC"),
        (
            When(kind="monthly", day=31),
            "On the 31st of every month at 09:00, or on the last day of a shorter month, UTC",
        ),
        (When(kind="cron", cron="0 9 * * MON-FRI"), "At 09:00 on Monday through Friday, UTC"),
        (When(kind="once", at=datetime(2026, 7, 1, 9)), "Once, on 2026-07-01 at 09:00, UTC"),
    ]
    for when, words in said:
        assert when.words() == words


@pytest.mark.parametrize(
    ("told", "field", "message"),
    [
        ({"kind": "cron", "cron": "0 25 * * *"}, "when.cron", "“25” is no hour."),
        ({"kind": "cron", "cron": "99 5 * * *"}, "when.cron", "“99” is no minute."),
        ({"kind": "cron", "cron": "0 0 32 * *"}, "when.cron", "“32” is no day of the month."),
        ({"kind": "cron", "cron": "0 0 * FOO *"}, "when.cron", "“FOO” is no month."),
        ({"kind": "cron", "cron": "0 0 * * 9"}, "when.cron", "“9” is no day of the week."),
        ({"kind": "cron", "cron": "*/5 * * * * *"}, "when.cron", "five fields"),
        ({"kind": "cron", "cron": ""}, "when.cron", "this has 0"),
        ({"kind": "cron", "cron": "0 0 30 2 *"}, "when.cron", "This day never comes."),
        ({"kind": "daily", "timezone": "Mars/Olympus"}, "when.timezone", "no time zone “Mars/Olympus”"),
        ({"kind": "daily", "timezone": "../../etc/passwd"}, "when.timezone", "no time zone"),
        ({"kind": "weekly"}, "when.days", "at least one day"),
        ({"kind": "once"}, "when.at", "which moment"),
    ],
)
def test_what_is_wrong_is_told_with_its_field(told: dict[str, object], field: str, message: str) -> None:
    with pytest.raises(Invalid) as wrong:
        When.model_validate(told).checked()
    assert wrong.value.facts["fields"][0]["field"] == field
    assert message in str(wrong.value)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    some.sampled_from(ZONES),
    some.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)),
    some.integers(0, 59),
    some.integers(0, 23),
    some.sampled_from(("*", "*/2", "31", "L", "1-7")),
)
def test_moments_only_go_forward_and_are_the_same_from_wherever_one_asks(
    zone: str, after: datetime, minute: int, hour: int, day: str
) -> None:
    when = When(kind="cron", cron=f"{minute} {hour} {day} * *", timezone=zone)
    asked = after.replace(tzinfo=UTC)
    found = when.shown(asked, 4)
    assert all(one < two for one, two in zip([asked, *found], found, strict=False))
    for one, two in itertools.pairwise(found):
        assert when.after(one) == two
