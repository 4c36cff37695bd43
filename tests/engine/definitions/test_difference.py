"""A difference names every value that was changed, by the element, field or rule to which it belongs."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import pytest

from engine import bpmn
from engine.definitions import impact
from engine.definitions.changes import Change, Detail, Difference
from engine.definitions.difference import between
from engine.definitions.package import Package, read_folder
from engine.identity.seen import look
from tests.driver import PROCESSES, City
from tests.processes import changed
from tests.processes import monthly as people

PACKAGES = PROCESSES.parent / "tests" / "packages"
MONTHLY = read_folder(PROCESSES / changed.MONTHLY)
NEW = Package({**MONTHLY.files, **changed.monthly(MONTHLY.files)})


def diagram(*pairs: tuple[str, str]) -> Difference:
    """The difference that replacing texts in the diagram of the monthly reminder makes."""
    body = changed.replaced(MONTHLY.files["process.bpmn"], *pairs)
    return between(MONTHLY, Package({**MONTHLY.files, "process.bpmn": body}))


def file(name: str, *pairs: tuple[str, str]) -> Difference:
    """The same in another file."""
    return between(MONTHLY, Package({**MONTHLY.files, name: changed.replaced(MONTHLY.files[name], *pairs)}))


def details(change: Change) -> list[tuple[str, str, str | None, str | None]]:
    return [(one.aspect, one.key, one.old, one.new) for one in change.details]


def test_nothing_differs_from_itself() -> None:
    assert between(MONTHLY, MONTHLY) == Difference(elements=[], files=[])


def test_a_new_task_its_flow_and_its_form_are_told() -> None:
    found = between(MONTHLY, NEW)
    assert found.marks == {
        "added": ["file_away", "to_file"], "removed": [], "changed": ["severity", "to_closed"], "moved": [],
    }  # fmt: skip
    by_id = {one.element: one for one in found.elements}
    assert ("assignment", "role", None, "party_office_clerk") in details(by_id["file_away"])
    assert ("outcome", "filed.label", None, "归档") in details(by_id["file_away"])
    form = Detail(aspect="file", key="forms/file_away.json", change="added")
    assert form in by_id["file_away"].details
    assert details(by_id["to_closed"]) == [("from", "", "整改情况汇总 (summary)", "归档确认 (file_away)")]
    assert by_id["severity"].details == (Detail(aspect="file", key="decisions/severity.dmn", change="changed"),)


def test_the_way_back_tells_the_same_as_removed() -> None:
    found = between(NEW, MONTHLY)
    assert (found.marks["removed"], found.marks["added"]) == (["file_away", "to_file"], [])
    gone = next(one for one in found.elements if one.element == "file_away")
    assert ("assignment", "role", "party_office_clerk", None) in details(gone)
    assert [one for one in gone.details if one.aspect == "file"] == []


@pytest.mark.parametrize(
    ("old", "new", "element", "expected"),
    [
        ("count(letters) &gt; 0", "count(letters) &gt; 1", "any_some",
         ("condition", "", "count(letters) > 0", "count(letters) > 1")),
        ('id="summary" name="整改情况汇总"', 'id="summary" name="整改汇总"', "summary",
         ("name", "", "整改情况汇总", "整改汇总")),
        ('<bihuan:deadline workdays="= settings.summary_days" />', '<bihuan:deadline workdays="3" />', "summary",
         ("deadline", "workdays", "= settings.summary_days", "3")),
        ('label="办结本月提醒"', 'label="办结"', "summary", ("outcome", "closed.label", "办结本月提醒", "办结")),
        ('calledElement="pb_county_rectification"', 'calledElement="pb_county_self_check"', "rectify",
         ("called", "", "pb_county_rectification", "pb_county_self_check")),
        ('<bihuan:output name="closing" value="= result" />', '<bihuan:output name="closing" value="= null" />',
         "rectify", ("output", "closing.value", "= result", "= null")),
        ('<bihuan:collection value="= letters" item="letter" output="results"',
         '<bihuan:collection value="= letters" item="letter" output="closed"', "rectify",
         ("loop", "collection.output", "results", "closed")),
        ('<bihuan:decision ref="severity" result="grade" />', '<bihuan:decision ref="severity" result="level" />',
         "severity", ("decision", "result", "grade", "level")),
        ('name="市委书记">', 'name="书记">', "secretary_sign", ("lane", "", "市委书记", "书记")),
    ],
)  # fmt: skip
def test_each_value_of_an_element_is_told_old_and_new(old: str, new: str, element: str, expected: object) -> None:
    found = {one.element: one for one in diagram((old, new)).elements}
    assert found[element].kind == "changed"
    assert expected in details(found[element])


def test_what_only_stands_elsewhere_is_moved() -> None:
    found = diagram(('<dc:Bounds x="2220" y="520"', '<dc:Bounds x="2220" y="600"'))
    assert [(one.kind, one.element, one.details) for one in found.elements] == [("moved", "summary", ())]


def placed(shifts: Mapping[str, tuple[float, float]], grown: Collection[str] = ()) -> Difference:
    """The difference that moving shapes makes, and giving others another width."""
    body = MONTHLY.files["process.bpmn"].decode()

    def other(found: re.Match[str]) -> str:
        head, key, x, y, width = found.groups()
        right, down = shifts.get(key, (0, 0))
        wider = 150 if key in grown else 0
        return f'{head}x="{float(x) + right:g}" y="{float(y) + down:g}" width="{float(width) + wider:g}"'

    pattern = r'(bpmnElement="(\w+)"[^>]*><dc:Bounds )x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"'
    body = re.sub(pattern, other, body)
    return between(MONTHLY, Package({**MONTHLY.files, "process.bpmn": body.encode()}))


def test_what_moved_along_with_others_and_lanes_that_grew_are_shifted_and_not_marked() -> None:
    along = dict.fromkeys(["rectify", "summary", "closed"], (150.0, 0.0))
    grown = ["pb_monthly_reminder_participant", "lane_clerk", "lane_county"]
    found = placed({**along, "merge": (150.0, 40.0)}, grown)
    kinds = {one.element: one.kind for one in found.elements}
    assert kinds == dict.fromkeys([*along, *grown], "shifted") | {"merge": "moved"}
    assert found.marks == {"added": [], "removed": [], "changed": [], "moved": ["merge"]}


def test_two_shapes_that_went_the_same_way_and_a_task_of_another_size_are_moved() -> None:
    found = placed(dict.fromkeys(["rectify", "summary"], (150.0, 0.0)), ["merge"])
    assert {one.element: one.kind for one in found.elements} == dict.fromkeys(["rectify", "summary", "merge"], "moved")


def test_a_form_differs_field_by_field() -> None:
    found = file(
        "forms/summary.json", ('"maxLength": 3000', '"maxLength": 500'), ('"label": "汇总意见"', '"label": "意见"')
    )
    assert [(one.file, one.elements) for one in found.files] == [("forms/summary.json", ("summary",))]
    assert {(one.key, one.old, one.new) for one in found.files[0].details} == {
        ("summary_text · validate.maxLength", "3000", "500"), ("summary_text · label", "汇总意见", "意见"),
    }  # fmt: skip
    assert [(one.kind, one.element) for one in found.elements] == [("changed", "summary")]


def test_a_decision_table_differs_rule_by_rule() -> None:
    rule = MONTHLY.files["decisions/severity.dmn"].decode().partition('<rule id="rule_3">')[2].partition("</rule>")[0]
    found = file(
        "decisions/severity.dmn",
        (f'<rule id="rule_3">{rule}</rule>', ""),
        ("<text>15</text>", "<text>12</text>"),
        ('hitPolicy="FIRST"', 'hitPolicy="UNIQUE"'),
    )
    told = [(one.aspect, one.key, one.old, one.new) for one in found.files[0].details]
    assert told == [
        ("hit-policy", "", "FIRST", "UNIQUE"),
        ("rule", "3", '1 ｜ - ｜ - ⇒ "较重" ｜ 10 ｜ "市委组织部"', None),
        ("rule", "4 · 整改期限(工作日)", "15", "12"),
    ]


def test_settings_and_translations_differ_by_key_and_letters_by_line() -> None:
    found = file("package.toml", ("[settings.summary_days]\nvalue = 1", "[settings.summary_days]\nvalue = 2"))
    assert [(one.aspect, one.key, one.old, one.new) for one in found.files[0].details] == [
        ("setting", "settings.summary_days.value", "1", "2")
    ]
    found = file("texts/en.po", ('msgstr "Summary"', 'msgstr "Sum"'))
    assert [(one.key, one.old, one.new) for one in found.files[0].details] == [("汇总意见", "Summary", "Sum")]
    name = next(name for name in MONTHLY.files if name.startswith("letters/"))
    letter = MONTHLY.files[name] + "\n另行通知。\n".encode()
    found = between(MONTHLY, Package({**MONTHLY.files, name: letter}))
    assert [line.text for line in found.files[0].lines if line.sign == "+"][-1] == "另行通知。"
    assert found.files[0].elements
    assert {one.element for one in found.elements} == set(found.files[0].elements)


def test_open_cases_are_counted_where_they_stand_and_named_to_those_who_may_see_them(city: City) -> None:
    first = city.start(changed.MONTHLY, by="party-clerk", month="2026-10")
    people.collect(city, {"huimin": 1})
    second = city.start(changed.MONTHLY, by="party-clerk", month="2026-11")
    body = changed.replaced(
        MONTHLY.files["process.bpmn"],
        ('id="merge" name="', 'id="merge" name="再'), ('id="joint_check" name="', 'id="joint_check" name="再'),
        ('id="summary" name="', 'id="summary" name="再'),
    )  # fmt: skip
    new = Package({**MONTHLY.files, "process.bpmn": body})
    found = asked(city, "party-clerk", between(MONTHLY, new), new)
    assert (found.open, found.looked_into, found.versions) == (2, 2, {1: 2})
    counted = {one.change.element: (one.here.count, one.passed.count, one.ahead.count) for one in found.elements}
    assert counted["merge"] == (1, 0, 1)
    assert counted["joint_check"] == (1, 1, 0)
    assert counted["summary"] == (0, 0, 2)
    named = {
        one.change.element: [[case.id for case in each.named] for each in (one.here, one.passed, one.ahead)]
        for one in found.elements
    }
    assert named["merge"] == [[first], [], [second]]
    assert named["joint_check"] == [[second], [first], []]
    assert [sorted(each) for each in named["summary"]] == [[], [], sorted([first, second])]
    unseen = asked(city, "owner", between(MONTHLY, new), new)
    assert unseen.elements
    assert not any(one.unseen for one in found.elements)
    for here, there in zip(found.elements, unseen.elements, strict=True):
        for each, hidden in ((here.here, there.here), (here.passed, there.passed), (here.ahead, there.ahead)):
            assert hidden == impact.Counted(count=each.count, unseen=each.count, named=[])
    assert [(one.definition, one.number) for one in found.calls] == [
        ("pb_county_rectification", 1), ("pb_county_self_check", 1),
    ]  # fmt: skip


def asked(city: City, person: str, difference: Difference, new: Package) -> impact.Impact:
    graph = bpmn.read(new.files["process.bpmn"])
    with city.engine.database.reading() as connection:
        seen = look(connection, person)
        return impact.of(connection, city.engine.store, seen, changed.MONTHLY, difference.elements, graph)


def test_who_calls_a_process_is_told(city: City) -> None:
    package = read_folder(PROCESSES / "pb_county_self_check")
    with city.engine.database.reading() as connection:
        found = impact.of(
            connection, city.engine.store, look(connection, "owner"), package.id, [],
            bpmn.read(package.files["process.bpmn"]),
        )  # fmt: skip
    assert [one.definition for one in found.callers] == [changed.MONTHLY]


def test_a_message_its_name_and_its_key_are_told() -> None:
    old = read_folder(PACKAGES / "payment")
    body = changed.replaced(
        old.files["process.bpmn"],
        ('<message id="m_paid" name="paid"/>', '<message id="m_paid" name="money"/>'),
        ('"= bill"/><bihuan:output name="amount"', '"= number"/><bihuan:output name="amount"'),
        ('messageRef="m_withdrawn"', 'messageRef="m_sealed"'),
    )  # fmt: skip
    found = {one.element: one for one in between(old, Package({**old.files, "process.bpmn": body})).elements}
    assert details(found["m_paid"]) == [("name", "", "paid", "money")]
    assert details(found["wait"]) == [
        ("message", "", "paid (m_paid)", "money (m_paid)"), ("correlation", "key", "= bill", "= number"),
    ]  # fmt: skip
    assert details(found["withdrawn"]) == [("message", "", "withdrawn (m_withdrawn)", "sealed (m_sealed)")]


def gateway(*flows: str) -> Package:
    """A process with one exclusive gateway, which asks the conditions of its flows in this order."""
    ways = "".join(
        f'<bpmn:sequenceFlow id="{flow}" sourceRef="which" targetRef="end">'
        f"<bpmn:conditionExpression>a = &quot;{flow}&quot;</bpmn:conditionExpression></bpmn:sequenceFlow>"
        for flow in flows
    )
    body = (
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"><bpmn:process id="p" '
        'isExecutable="true"><bpmn:startEvent id="start" /><bpmn:exclusiveGateway id="which" name="哪种?" />'
        '<bpmn:endEvent id="end" /><bpmn:sequenceFlow id="to" sourceRef="start" targetRef="which" />'
        f"{ways}</bpmn:process></bpmn:definitions>"
    )
    return Package({**MONTHLY.files, "process.bpmn": body.encode()})


def test_another_order_in_which_a_gateway_asks_is_told_and_a_new_way_alone_is_none() -> None:
    [told] = between(gateway("light", "grave"), gateway("grave", "light")).elements
    assert (told.kind, told.element, told.name) == ("changed", "which", "哪种?")
    assert details(told) == [("flow-order", "", "light, grave", "grave, light")]
    [new] = between(gateway("light", "grave"), gateway("light", "new", "grave")).elements
    assert (new.kind, new.element) == ("added", "new")
