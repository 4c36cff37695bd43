"""A process owner in a browser: draws, fills in the panel, mends findings in place, saves, and meets another."""

from __future__ import annotations

from typing import Any

import pytest

from engine import bpmn, texts
from engine.definitions import drafts
from engine.identity import commands as identity
from tests.acceptance.conftest import Browser
from tests.acceptance.editing import (
    MONTHLY,
    append_task,
    checked,
    draw,
    field,
    open_group,
    over_the_mark,
    owner,
    rules,
    saved,
    select,
    until,
)
from tests.driver import PROCESSES, City

pytestmark = pytest.mark.browser

__all__ = ["owner"]

def test_a_task_with_form_and_assignment_is_added_its_findings_mended_and_all_is_there_after_a_reload(
    owner: Browser, city: City
) -> None:
    draw(owner)
    page = owner.page
    task = append_task(owner, "summary")
    until(lambda: ("task-unassigned", task) in rules(owner))
    badge = page.locator(f'.djs-overlay-container .djs-overlays[data-container-id="{task}"] .bh-badge')
    assert "error" in (badge.get_attribute("class") or "")
    open_group(owner, "general")
    field(owner, "name").fill("归档")
    field(owner, "bihuan-assignment-role").select_option("party_office_clerk")
    until(lambda: ("task-unassigned", task) not in rules(owner))
    until(lambda: "王岚" in page.locator("#receivers").inner_text())
    # The form that the task is to have does not exist yet: the finding stands at the task until it is made.
    with page.expect_navigation():
        page.locator('[data-entry-id="bihuan-open-form"] button').click()
    assert f"forms/{task}.json" in page.url
    checked(owner)
    owner.open(MONTHLY)
    page.wait_for_selector('#canvas[data-state="drawn"]')
    checked(owner)
    # It stands in the lane of another role, which is worth a word and no more.
    assert {rule for rule, element in rules(owner) if element == task} == {"role-off-lane"}
    select(owner, task)
    open_group(owner, "bihuan-task")
    forms = field(owner, "bihuan-form-key").locator("option").all_inner_texts()
    assert [one for one in forms if "归档" in one or task in one] == ["归档"]
    page.click("[data-do=save]")
    until(lambda: "第 2 次修改" in page.locator("[data-part=saved]").inner_text())
    page.reload()
    page.wait_for_selector('#canvas[data-state="drawn"]')
    page.wait_for_selector(f'.djs-element[data-element-id="{task}"]')
    select(owner, task)
    assert field(owner, "bihuan-assignment-role").input_value() == "party_office_clerk"
    with city.engine.database.reading() as connection:
        draft = drafts.find(connection, "pb_monthly_reminder")
    assert draft is not None
    files = draft.files(city.engine.store)
    graph = bpmn.read(files["process.bpmn"])
    assert graph.nodes[task].name == "归档"
    assert graph.nodes[task].extension("assignment") == bpmn.Extension("assignment", {"role": "party_office_clerk"})
    assert f"forms/{task}.json" in files
    assert owner.complaints == []


def test_two_fields_filled_at_once_are_both_kept(owner: Browser) -> None:
    """An entry that were made anew with each change would lose what is being typed."""
    draw(owner)
    select(owner, "merge")
    open_group(owner, "bihuan-task")
    office, person = (field(owner, f"bihuan-assignment-{name}") for name in ("office", "person"))
    office.fill("party-office")
    person.fill("party-clerk")
    until(lambda: 'person="party-clerk"' in xml(owner))
    assert 'office="party-office"' in xml(owner)
    assert office.input_value() == "party-office"


def xml(browser: Browser) -> str:
    found: str = browser.page.evaluate("bihuanModeler.saveXML().then(saved => saved.xml)")
    return found


def test_an_expression_that_does_not_parse_is_told_below_its_field_while_typing(owner: Browser) -> None:
    draw(owner)
    select(owner, "any_some")
    page = owner.page
    typed = page.locator('[data-entry-id="bihuan-condition-text"] [role=textbox]')
    typed.click()
    page.keyboard.press("Control+A")
    page.keyboard.type("count(letters) >")
    told = page.locator('[data-entry-id="bihuan-condition-text"] .bio-properties-panel-error')
    # The editor itself says at once that it is not whole, the server a moment later what is missing.
    until(lambda: told.all_inner_texts() == ["表达式在“>”之后就结束了,这里应有一个值"])
    until(lambda: ("bpmn-expression", "any_some") in rules(owner))
    page.keyboard.type(" 1")
    until(lambda: ("bpmn-expression", "any_some") not in rules(owner))
    page.locator(".bh-names summary").click()
    assert "分县建函" in page.locator("[data-part=names]").inner_text()
    typed.click()
    assert "count(letters) &gt; 1" in xml(owner)


def test_a_broken_expression_hides_no_other_finding_and_shows_where_it_breaks(owner: Browser) -> None:
    draw(owner)
    task = append_task(owner, "summary")
    owner.page.evaluate(
        """() => { const get = name => bihuanModeler.get(name), flow = get('elementRegistry').get('any_some');
          const body = 'count(letters) > ', made = get('bpmnFactory').create('bpmn:FormalExpression', { body });
          get('modeling').updateProperties(flow, { conditionExpression: made }); }"""
    )
    until(lambda: {("bpmn-expression", "any_some"), ("task-unassigned", task)} <= rules(owner))
    assert "count(letters) > ⟨此处⟩" in owner.page.locator("li[data-rule=bpmn-expression]").inner_text()
    unassigned = owner.page.locator("li[data-rule=task-unassigned]").inner_text()
    assert "用户任务(“整改情况汇总”之后) 没有指明办理人" in unassigned


def test_the_form_of_a_step_is_named_and_opened_beside_its_field_and_the_diagram_can_be_read(owner: Browser) -> None:
    draw(owner)
    assert owner.page.evaluate("bihuanModeler.get('canvas').zoom()") >= 0.75
    assert owner.page.locator('[data-element-id="start"]').first.is_visible()
    select(owner, "summary")
    open_group(owner, "bihuan-task")
    chosen = field(owner, "bihuan-form-key").evaluate("one => one.selectedOptions[0].textContent")
    assert "(无)" not in chosen
    link = owner.page.locator('[data-entry-id="bihuan-open-form"] a')
    assert (link.inner_text(), link.get_attribute("data-open")) == ("打开表单", "forms/summary.json")
    assert owner.page.locator("#properties").bounding_box()["height"] >= 240  # type: ignore[index]


def test_a_missing_translation_is_written_at_its_finding_and_a_new_field_has_a_short_name(
    owner: Browser, city: City
) -> None:
    owner.open(f"{MONTHLY}/edit/forms/summary.json")
    page = owner.page
    page.wait_for_selector('#form-editor[data-state="drawn"]')
    checked(owner)
    work, panel = (page.locator(name).bounding_box() for name in ("#form-editor", ".fjs-properties-container"))
    assert work
    assert panel
    assert panel["x"] + panel["width"] <= work["x"] + work["width"]
    page.evaluate(
        """() => { const get = name => bihuanForm.get(name), root = get('formFieldRegistry').getAll()
              .find(one => one.type === 'default');
          get('modeling').addFormField({type: 'textfield', label: '归档"号"'}, root, 0); }"""
    )
    until(lambda: ("text-untranslated", "") in rules(owner))
    page.click('[data-rule="text-untranslated"] summary')
    box = page.locator('.bh-translation input[aria-label*="归档"]')
    box.fill("Archive no.")
    box.press("Enter")
    until(lambda: ("text-untranslated", "") not in rules(owner))
    page.click("[data-do=save]")
    until(lambda: "第 2 次修改" in page.locator("[data-part=saved]").inner_text())
    assert '"key": "text_1"' in saved(city, "forms/summary.json")
    assert texts.read(saved(city, "texts/en.po").encode())['归档"号"'] == "Archive no."
    assert owner.complaints == []


def test_a_finding_selects_its_element_and_an_element_in_words_too(owner: Browser) -> None:
    draw(owner)
    page = owner.page
    task = append_task(owner, "summary")
    until(lambda: ("task-unassigned", task) in rules(owner))
    select(owner, "merge")
    page.locator(f'[data-part=findings] li[data-element="{task}"] button').first.click()
    assert selected(owner) == [task]
    page.locator(".bh-words summary").click()
    page.locator('.bh-outline [data-element="office_review"]').click()
    assert selected(owner) == ["office_review"]


def selected(browser: Browser) -> list[str]:
    found: list[str] = browser.page.evaluate("bihuanModeler.get('selection').get().map(one => one.id)")
    return found


def test_of_two_owners_the_second_sees_both_versions_and_loses_nothing(owner: Browser, city: City) -> None:
    post = identity.AssignPost(person="approver", office="platform", role="process_owner", title="流程负责人")
    city.does("admin", post)
    owner.open(f"{MONTHLY}/edit/README.md")
    page = owner.page
    page.locator("#text:enabled").fill("mine")
    drafts.present(city.engine, "pb_monthly_reminder", "approver")
    drafts.save(city.engine, "pb_monthly_reminder", "approver", 1, {"README.md": b"theirs", "texts/fr.po": b""})
    page.click("[data-do=save]")
    page.wait_for_selector("[data-part=conflict]:not([hidden])")
    told = page.locator("[data-part=conflict]").inner_text()
    assert [word for word in ("宋知远", "mine", "theirs", "texts/fr.po") if word not in told] == []
    with page.expect_download() as downloaded:
        page.click("[data-do=mine]")
    assert downloaded.value.suggested_filename == "pb_monthly_reminder-mine.zip"
    page.reload()
    assert page.locator("#text:enabled").input_value() == "mine"
    until(lambda: "宋知远" in page.locator("[data-part=others]").inner_text())
    page.click("[data-do=save]")
    page.check('[data-file="README.md"] input[value=mine]')
    page.click("[data-do=resolve]")
    until(lambda: "第 3 次修改" in page.locator("[data-part=saved]").inner_text())
    with city.engine.database.reading() as connection:
        draft = drafts.find(connection, "pb_monthly_reminder")
    assert draft is not None
    files = draft.files(city.engine.store)
    assert (files["README.md"], "texts/fr.po" in files) == (b"mine", True)
    # The refused save was answered with 409, which the browser's console tells.
    assert [one for one in owner.complaints if "409" not in one] == []


def test_the_mark_of_the_drawing_library_is_seen_and_nothing_lies_over_it(owner: Browser) -> None:
    draw(owner)
    assert over_the_mark(owner, ".bjs-powered-by") == "the mark"


def test_axe_finds_nothing_and_no_word_of_the_panel_is_left_in_english(owner: Browser) -> None:
    owner.open("/processes")
    assert owner.violations() == []
    draw(owner)
    for element in ("merge", "any_some", "self_check", "severity", "make_letters", "number", "start", "none"):
        select(owner, element)
        owner.page.evaluate(
            "document.querySelectorAll('.bio-properties-panel-group-header:not(.open)').forEach(head => head.click())"
        )
    select(owner, "merge")
    owner.page.click(".bpmn-icon-screw-wrench")
    owner.page.wait_for_selector(".djs-popup")
    missing = owner.page.evaluate("[...window.bihuanMissing]")
    assert missing == []
    owner.page.keyboard.press("Escape")
    assert owner.violations() == []
    assert owner.complaints == []


@pytest.mark.parametrize("definition", sorted(path.name for path in PROCESSES.iterdir() if path.is_dir()))
def test_opening_and_saving_a_shipped_diagram_changes_nothing_of_what_runs(
    browser: Browser, city: City, definition: str
) -> None:
    drafts.begin(city.engine, definition, "owner")
    browser.sign_in("owner")
    draw(browser, f"/processes/{definition}/draft")
    before = bpmn.read((PROCESSES / definition / "process.bpmn").read_bytes())
    after = bpmn.read(xml(browser).encode())
    assert told(after) == told(before)


def told(graph: bpmn.Graph) -> dict[str, Any]:
    """Everything of a graph but the lines of its file."""
    nodes = {
        key: {
            name: getattr(node, name)
            for name in node.__struct_fields__
            if name not in ("line", "incoming", "outgoing")
        }
        | {"incoming": [flow.id for flow in node.incoming], "outgoing": [flow.id for flow in node.outgoing]}
        for key, node in graph.nodes.items()
    }  # fmt: skip
    flows = {key: (flow.source, flow.target, flow.condition) for key, flow in graph.flows.items()}
    return {"id": graph.id, "name": graph.name, "nodes": nodes, "flows": flows, "extensions": graph.extensions}


def test_what_cannot_run_is_not_offered_and_a_new_step_is_a_task_for_people(owner: Browser) -> None:
    draw(owner)
    page = owner.page
    offered = page.locator(".djs-palette [data-action]").evaluate_all("all => all.map(one => one.dataset.action)")
    assert {"create.task", "create.intermediate-event", "create.start-event"} <= set(offered)
    assert {"create.data-object", "create.data-store"} & set(offered) == set()
    select(owner, "draft_letter")
    before = set(ids(owner))
    page.click('.djs-context-pad [data-action="append.append-task"]')
    until(lambda: set(ids(owner)) - before)
    kinds = {page.evaluate(KIND, one) for one in set(ids(owner)) - before}
    assert kinds == {"bpmn:UserTask", "bpmn:SequenceFlow"}
    page.keyboard.press("Escape")
    select(owner, "merge")
    page.click('.djs-context-pad [data-action="replace"]')
    entries = page.locator(".djs-popup [data-id]").evaluate_all("all => all.map(one => one.dataset.id)")
    assert {f"replace-with-{kind}-task" for kind in ("service", "receive")} <= set(entries)
    assert [one for one in entries if "signal" in one or "ad-hoc" in one or "loop" in one] == []


KIND = "id => bihuanModeler.get('elementRegistry').get(id).type"


def ids(browser: Browser) -> list[str]:
    found: list[str] = browser.page.evaluate(
        "bihuanModeler.get('elementRegistry').filter(one => one.type !== 'label').map(one => one.id)"
    )
    return found


def test_in_english_everything_stands_in_english(owner: Browser) -> None:
    owner.open("/language/en?next=/processes")
    owner.open(MONTHLY)
    page = owner.page
    page.wait_for_selector('#canvas[data-state="drawn"]')
    until(lambda: "Nothing found" in page.locator("[data-part=findings-state]").inner_text())
    select(owner, "merge")
    headings = page.locator(".bio-properties-panel-group-header-title").all_inner_texts()
    assert {"General", "Task", "Buttons", "Facts"} <= set(headings)
