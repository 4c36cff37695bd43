"""What a package says in one file must fit what it says in another; each rule is shown by the change that breaks it."""

from __future__ import annotations

import contextlib
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import texts
from engine.cli.check import command
from engine.definitions.check import check_joins, check_package, check_part
from engine.definitions.errors import PackageInvalid
from engine.definitions.package import Package, pack, read_folder
from engine.errors import Finding
from tests.driver import PROCESSES

MONTHLY = read_folder(PROCESSES / "pb_monthly_reminder")
EXAMPLE = read_folder(PROCESSES / "example")
KNOWN = {"pb_county_self_check", "pb_county_rectification"}


def changed(package: Package, file: str, old: str, new: str) -> Package:
    """The package with a change in one file."""
    text = package.files[file].decode()
    assert old in text
    return Package(package.files | {file: text.replace(old, new, 1).encode()})


def rules(found: list[Finding]) -> set[str]:
    """Errors and warnings."""
    return {one.rule for one in found if one.severity != "advice"}


CHANGES = {
    "a role that nobody declared": ("process.bpmn", 'role="party_office_head"', 'role="boss"', "role-unknown"),
    "a role that nobody uses": ("package.toml", "[roles]", '[roles]\nspare = "备用"', "role-unused"),
    "a task for nobody": ("process.bpmn", '<bihuan:assignment role="city_secretary" />', "", "task-unassigned"),
    "a called process that does not exist": (
        "process.bpmn", 'calledElement="pb_county_self_check"', 'calledElement="pb_other"', "called-unknown",
    ),
    "a decision that does not exist": ("process.bpmn", 'ref="severity"', 'ref="gravity"', "decision-unknown"),
    "a service that does not exist": ("process.bpmn", 'kind="letters"', 'kind="pigeons"', "service-unknown"),
    "a service without its input": (
        "process.bpmn", '<bihuan:input name="count" value="= count(letters)" />', "", "service-input",
    ),
    "a letter that does not exist": ("process.bpmn", 'template="reminder"', 'template="other"', "letter-unknown"),
    "a form that does not exist": ("process.bpmn", 'key="open_cycle"', 'key="open"', "form-missing"),
    "a setting that does not exist": (
        "process.bpmn", "settings.merge_days", "settings.merging_days", "setting-unknown",
    ),
    "a button that requires a field that is not there": (
        "process.bpmn", 'effect="本批', 'requires="reason" effect="本批', "outcome-requires",
    ),
    "a name that nothing writes": ("process.bpmn", "count(letters) &gt; 0", "count(lettres) &gt; 0", "name-unknown"),
    "a loop that gathers nothing": ("process.bpmn", ' outputItem="= report"', "", "loop-output-item"),
    "an id that is not the package's": ("package.toml", 'id = "pb_monthly_reminder"', 'id = "pb_other"', "package-id"),
    "a letter that wants more than fields": ("letters/reminder.md.j2", "{{ title }}", "{{ f() }}", "letter"),
    "a text without translation": ("process.bpmn", 'name="汇总研判"', 'name="研判"', "text-untranslated"),
    "a scenario with an unknown word": ("scenarios/straight.toml", "title =", "titel =", "scenario-invalid"),
    "a story without a start": ("scenarios/straight.toml", 'do = "start"', 'do = "complete"', "scenario-invalid"),
    "a button that a scenario invents": (
        "scenarios/straight.toml", 'outcome = "merged"', 'outcome = "done"', "scenario-outcome",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_what_does_not_fit_is_told_by_its_rule_with_file_and_sentences(name: str) -> None:
    file, old, new, rule = CHANGES[name]
    found = [one for one in check_package(changed(MONTHLY, file, old, new), KNOWN) if one.rule == rule]
    assert found, name
    assert found[0].file
    for language in texts.LANGUAGES:
        for code in (f"check.{rule}", f"check.{rule}.advice"):
            values = {"element": found[0].element, "line": "1", **found[0].values}
            sentence = texts.say(code, language, **values)
            assert sentence != code
            assert not re.search(r"\{\w+\}", sentence)


def test_a_task_of_another_role_than_its_lane_s_is_advised_and_no_task_of_ours_is_one() -> None:
    before, after = MONTHLY.files["process.bpmn"].decode().split('<bpmn:userTask id="merge"', 1)
    after = after.replace('role="party_office_clerk"', 'role="party_office_head"', 1)
    other = Package(MONTHLY.files | {"process.bpmn": f'{before}<bpmn:userTask id="merge"{after}'.encode()})
    found = [one for one in check_package(other, KNOWN) if one.rule == "role-off-lane"]
    assert [(one.element, one.severity) for one in found] == [("merge", "advice")]
    assert "市委党建办科员" in texts.say("check.role-off-lane", "zh-CN", element="汇总研判", **found[0].values)
    for folder in (path.parent for path in PROCESSES.glob("*/package.toml")):
        assert "role-off-lane" not in {one.rule for one in check_package(read_folder(folder), KNOWN)}


def test_of_two_tasks_of_a_lane_that_disagree_the_one_that_was_drawn_later_is_advised() -> None:
    ref = "<bpmn:flowNodeRef>{}</bpmn:flowNodeRef>"
    body = MONTHLY.files["process.bpmn"].decode().replace(ref.format("summary"), "")
    body = body.replace(ref.format("office_review"), ref.format("office_review") + ref.format("summary"))
    found = check_package(Package(MONTHLY.files | {"process.bpmn": body.encode()}), KNOWN)
    assert [one.element for one in found if one.rule == "role-off-lane"] == ["summary"]


def test_a_name_that_nothing_writes_is_told_at_the_flow_whose_condition_reads_it() -> None:
    found = check_package(changed(MONTHLY, "process.bpmn", "count(letters) &gt; 0", "count(lettres) &gt; 0"), KNOWN)
    assert [one.element for one in found if one.rule == "name-unknown"] == ["any_some"]


def test_a_broken_expression_hides_nothing_that_does_not_fit_between_the_files() -> None:
    broken = changed(MONTHLY, "process.bpmn", "count(letters) &gt; 0", "count(letters) &gt;")
    both = changed(broken, "process.bpmn", 'template="reminder"', 'template="other"')
    assert {"bpmn-expression", "letter-unknown"} <= {one.rule for one in check_package(both, KNOWN)}


@pytest.mark.parametrize(
    "folder", sorted(path.parent for path in PROCESSES.glob("*/package.toml")), ids=lambda f: f.name
)
def test_our_packages_have_neither_errors_nor_warnings(folder: Path) -> None:
    assert rules(check_package(read_folder(folder), KNOWN)) == set()


def test_a_task_that_no_diagram_has_is_told() -> None:
    wrong = changed(EXAMPLE, "scenarios/straight.toml", 'element = "note"', 'element = "nope"')
    assert rules(check_package(wrong)) == {"scenario-element"}


def test_a_package_without_its_diagram_is_told() -> None:
    files = {name: body for name, body in EXAMPLE.files.items() if name != "process.bpmn"}
    assert "process-missing" in rules(check_package(Package(files)))


def test_a_file_that_has_no_place_in_a_package_is_told() -> None:
    for name in ("setup.py", "forms/a/b.json", "decisions/x.json", "letters/x.html", "notes.txt"):
        assert "file-unknown" in rules(check_package(Package(EXAMPLE.files | {name: b"{}"}))), name


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(MONTHLY.files)), st.data())
def test_a_file_with_a_hole_or_a_scar_gives_findings_and_never_an_exception(name: str, data: st.DataObject) -> None:
    body = MONTHLY.files[name]
    start = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(start, min(len(body), start + 200)))
    scarred = body[:start] + data.draw(st.binary(max_size=20)) + body[end:]
    with contextlib.suppress(PackageInvalid):
        package = Package(MONTHLY.files | {name: scarred})
        found = check_part(name, scarred)
        assert isinstance(found + check_joins(package, found, KNOWN), list)


def run(*arguments: object) -> tuple[int, list[dict[str, object]]]:
    """``bihuan check --json``: its exit and what it says of each file."""
    result = CliRunner().invoke(command, ["--json", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    lines = result.stdout.splitlines() if result.exit_code < 2 else []
    return result.exit_code, [json.loads(line) for line in lines]


def test_the_command_says_one_line_for_each_file_and_exits_with_0_without_errors() -> None:
    code, said = run(PROCESSES / "example")
    assert code == 0
    assert {str(one["file"]).rpartition("example/")[2] for one in said} == set(EXAMPLE.files)
    assert all(one["findings"] == [] for one in said)


def test_the_command_exits_with_1_where_there_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "x.bpmn"
    file.write_bytes(EXAMPLE.files["process.bpmn"].replace(b"<bpmn:userTask", b"<bpmn:sendTask", 1))
    code, said = run(file)
    assert code == 1
    assert {"rule", "severity", "element", "line", "message", "advice"} == set(said[0]["findings"][0])  # type: ignore[index]


def test_the_command_exits_with_2_where_it_is_used_wrongly(tmp_path: Path) -> None:
    assert run()[0] == 2
    assert run(tmp_path / "nothing")[0] == 2


def test_the_command_takes_a_zip_and_a_lone_file(tmp_path: Path) -> None:
    zipped, form, strange = tmp_path / "x.zip", tmp_path / "f.json", tmp_path / "x.exe"
    zipped.write_bytes(pack(EXAMPLE))
    form.write_bytes(EXAMPLE.files["forms/note.json"])
    strange.write_bytes(b"MZ")
    assert run(zipped)[0] == 0
    assert run(form)[0] == 0
    assert run(strange)[0] == 1
    zipped.write_bytes(b"PK")
    assert run(zipped)[0] == 1


def test_the_command_names_a_folder_that_is_not_named_after_its_package(tmp_path: Path) -> None:
    folder = tmp_path / "other"
    for name, body in EXAMPLE.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(body)
    code, said = run(folder)
    assert code == 1
    assert "package-folder" in {found["rule"] for one in said for found in one["findings"]}  # type: ignore[attr-defined]


def test_the_command_knows_the_packages_beside_the_one_it_checks(tmp_path: Path) -> None:
    folder = tmp_path / "pb_monthly_reminder"
    for name, body in MONTHLY.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(body)
    assert run(PROCESSES / "pb_monthly_reminder")[0] == 0
    assert run(folder)[0] == 1


def test_people_read_sentences_in_their_language() -> None:
    for language, word in (("zh-CN", "流程包中不应有"), ("en", "does not belong")):
        result = CliRunner().invoke(command, ["--language", language, "/dev/null"])
        assert word in result.stdout
