"""The event log keeps the rules of IEEE 1849-2016, and tells what happened."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import etree

from engine.cli import main
from engine.history import xes
from engine.tasks import commands as tasks
from tests.driver import City
from tests.processes import monthly

X = f"{{{xes.NAMESPACE}}}"

#: §5.6, and the standard's schema: the kinds of attributes, and what their values look like (XML Schema).
VALUES = {
    "string": r"(?s).*",
    "date": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)",
    "int": r"-?\d+",
    "boolean": r"true|false",
}

#: §5.2 to §5.5: what stands in a log, in this order; then attributes, then traces.
ORDER = ["extension", "global", "classifier"]

#: §7.3: transitions of the standard life cycle.
STANDARD = {
    "schedule", "assign", "withdraw", "reassign", "start", "suspend", "resume", "pi_abort", "ate_abort", "complete",
    "autoskip", "manualskip", "unknown",
}  # fmt: skip

#: Attributes of the extensions that the log declares, with their kinds (§7.1 to §7.4).
DECLARED = {
    "concept:name": "string", "concept:instance": "string", "lifecycle:transition": "string",
    "lifecycle:model": "string", "org:resource": "string", "org:role": "string", "org:group": "string",
    "time:timestamp": "date",
}  # fmt: skip


def log(city: City, **wanted: str) -> etree._Element:
    with city.engine.database.reading() as connection:
        body = b"".join(xes.log(connection, city.engine.store, xes.Wanted(**wanted)))
    return etree.fromstring(body, etree.XMLParser(resolve_entities=False))


def faults(root: etree._Element) -> list[str]:
    """Every rule of the standard that a log breaks."""
    found = [] if root.tag == f"{X}log" and root.get("xes.version") == "1849.2016" else ["root"]
    names = [str(child.tag).removeprefix(X) for child in root]
    ranks = [[*ORDER, "attribute", "trace"].index("attribute" if name in VALUES else name) for name in names]
    found += ["order"] if ranks != sorted(ranks) else []
    prefixes = {child.get("prefix") for child in root.iterfind(f"{X}extension")}
    for child in root.iterfind(f"{X}extension"):
        found += [] if {"name", "prefix", "uri"} <= set(child.attrib) else ["extension"]
    required = {
        scope: {(one.tag, one.get("key")) for one in root.iterfind(f"{X}global[@scope='{scope}']/*")}
        for scope in ("trace", "event")
    }
    for scope in ("trace", "event"):
        for holder in root.iter(f"{X}{scope}"):
            attributes = [child for child in holder if str(child.tag).removeprefix(X) in VALUES]
            keys = [child.get("key") for child in attributes]
            found += ["doubled key"] if len(keys) != len(set(keys)) else []
            found += ["global"] if not required[scope] <= {(one.tag, one.get("key")) for one in attributes} else []
    for one in root.iter(*(f"{X}{kind}" for kind in VALUES)):
        kind, key, value = str(one.tag).removeprefix(X), one.get("key"), one.get("value")
        found += [] if key and value is not None and re.fullmatch(VALUES[kind], value) else [f"value of {key}"]
        if key and ":" in key:
            found += [] if key.split(":")[0] in prefixes and DECLARED[key] == kind else [f"undeclared {key}"]
    for one in root.iterfind(f"{X}classifier"):
        keys = str(one.get("keys")).split()
        found += [] if {key for _, key in required["event"]} >= set(keys) else ["classifier"]
    for one in root.iter(f"{X}string"):
        wrong = one.get("key") == "lifecycle:transition" and one.get("value") not in STANDARD
        found += ["transition"] if wrong else []
    return found


def steps(trace: etree._Element) -> list[tuple[str, str, str]]:
    """Name, transition and resource of each event."""
    found = []
    for event in trace.iterfind(f"{X}event"):
        given = {one.get("key"): one.get("value") for one in event}
        found.append((given["concept:name"], given["lifecycle:transition"], given.get("org:resource", "")))
    return found


def test_a_month_with_all_its_cases_keeps_every_rule_of_the_standard(city: City) -> None:
    case = city.start("pb_monthly_reminder", by="party-clerk", month="2026-11")
    monthly.collect(city, {"huimin": 1})
    monthly.merge(city)
    root = log(city)
    assert faults(root) == []
    traces = {str(trace[0].get("value")): trace for trace in root.iterfind(f"{X}trace")}
    assert set(traces) == {case, *(child.id for child in city.children(case))}
    times = [one.get("value") for one in traces[case].iter(f"{X}date")]
    assert times == sorted(times)  # type: ignore[type-var]


def test_the_rules_see_what_breaks_them(city: City) -> None:
    city.start("tiny", by="party-clerk", subject="试")
    root = log(city)
    event = root.find(f".//{X}event")
    assert event is not None
    event.remove(event[0])
    event[0].set("value", "finished")
    etree.SubElement(event, f"{X}date", key="time:timestamp", value="yesterday")
    assert set(faults(root)) >= {"global", "doubled key", "value of time:timestamp"}


def test_a_trace_tells_the_steps_of_a_task_with_who_took_them(city: City) -> None:
    city.start("tiny", by="party-clerk", subject="试")
    task = city.find("party-clerk", "note")
    city.does("party-clerk", tasks.ClaimTask(task=task))
    city.does("party-clerk", tasks.ReleaseTask(task=task))
    city.does("party-clerk", tasks.CompleteTask(task=task, values={"text": "好"}))
    [trace] = log(city, definition="tiny").iterfind(f"{X}trace")
    [name] = {name for name, *_ in steps(trace)}
    assert name
    assert [(transition, by) for _, transition, by in steps(trace)] == [
        ("schedule", "party-clerk"), ("assign", "party-clerk"), ("reassign", "party-clerk"), ("assign", "party-clerk"),
        ("complete", "party-clerk"),
    ]  # fmt: skip


def test_calls_and_jobs_are_steps_too(city: City) -> None:
    city.start("caller", by="party-clerk", month="2026-11")
    [trace] = log(city, definition="caller").iterfind(f"{X}trace")
    assert set(steps(trace)) == {("各县报送", "start", "")}


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        ({}, 2), ({"definition": "tiny"}, 2), ({"definition": "caller"}, 0), ({"begin": "2026-11-05"}, 1),
        ({"end": "2026-11-04"}, 1), ({"begin": "2026-11-04", "end": "2026-11-06"}, 2),
    ],
)  # fmt: skip
def test_the_log_is_narrowed_by_definition_and_by_local_days(city: City, wanted: dict[str, str], number: int) -> None:
    city.start("tiny", by="party-clerk", subject="四日上午")
    # 23:30 UTC on the 4th is the morning of the 5th in the offices' zone.
    city.wait(hours=22.5)
    city.start("tiny", by="party-clerk", subject="五日早上")
    assert len(log(city, **wanted).findall(f"{X}trace")) == number


def test_words_of_people_break_no_xml(city: City) -> None:
    city.start("tiny", by="party-clerk", subject='<&"\'> \u2028 好\n行')
    root = log(city)
    assert faults(root) == []
    assert any("<&" in str(one.get("value")) for one in root.iter(f"{X}string"))


def test_the_command_line_writes_a_log(city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIHUAN_DATA", str(city.engine.settings.data))
    monkeypatch.setenv("DATABASE_URL", city.engine.settings.database_url)
    city.start("tiny", by="party-clerk", subject="试")
    target = tmp_path / "log.xes"
    asked = ["export", "--xes", "--definition", "tiny", "--from", "2026-11-01", "--to", "2026-11-30", str(target)]
    assert CliRunner().invoke(main, asked).exit_code == 0
    assert faults(etree.fromstring(target.read_bytes())) == []
    wrong = CliRunner().invoke(main, ["export", "--xes", "--from", "yesterday", str(target)])
    assert wrong.exit_code == 2
    assert "2026-11-01" in wrong.output
    assert CliRunner().invoke(main, ["export", str(target)]).exit_code == 2
