"""A process owner draws on: what is appended is put into the flow, and no flow or word lies upon another."""

from __future__ import annotations

from typing import Any

import pytest

from tests.acceptance.conftest import Browser
from tests.acceptance.editing import draw, owner, select, until

pytestmark = pytest.mark.browser

__all__ = ["owner"]

PAD = ".djs-context-pad [data-action='{}']"
#: The flows out of an element: id, target.
WAYS = "id => bihuanModeler.get('elementRegistry').get(id).outgoing.map(one => [one.id, one.target.id])"
#: Everything that is drawn, with where it lies.
DRAWN = """bihuanModeler.get('elementRegistry').getAll().map(({id, x, y, width, waypoints}) =>
  [id, x, y, width, (waypoints || []).map(({x, y}) => [x, y])]).sort()"""


def append(browser: Browser, after: str, what: str, name: str = "") -> str:
    """Appends by the small menu, types a name where the cursor is, and gives the id of what came."""
    browser.page.evaluate("id => bihuanModeler.get('canvas').scrollToElement(id, 200)", after)
    select(browser, after)
    if what in ("end-event", "intermediate-event"):
        browser.page.click(PAD.format("append.more"))
        browser.page.click(f".djs-popup [data-id='append.{what}']")
    else:
        browser.page.click(PAD.format(f"append.{what}"))
    until(lambda: browser.page.evaluate("bihuanModeler.get('directEditing').isActive()"))
    browser.page.keyboard.type(name)
    browser.page.keyboard.press("Enter")
    made: str = browser.page.evaluate("bihuanModeler.get('selection').get()[0].id")
    return made


def ways(browser: Browser, source: str) -> list[tuple[str, str]]:
    return [(flow, target) for flow, target in browser.page.evaluate(WAYS, source)]


def connect(browser: Browser, source: str, target: str, name: str) -> str:
    made: str = browser.page.evaluate(
        """([source, target, name]) => { const get = name => bihuanModeler.get(name), all = get('elementRegistry');
          const flow = get('modeling').connect(all.get(source), all.get(target));
          get('modeling').updateProperties(flow, {name});
          return flow.id; }""",
        [source, target, name],
    )
    return made


#: The boxes that an element covers, as left, top, right and bottom; of a flow those of its lines.
BOXES = """one => one.waypoints ? one.waypoints.slice(1).map((to, place) => { const from = one.waypoints[place];
    return [Math.min(from.x, to.x), Math.min(from.y, to.y), Math.max(from.x, to.x), Math.max(from.y, to.y)];
  }) : [[one.x, one.y, one.x + one.width, one.y + one.height]]"""


def boxes(browser: Browser, what: str) -> dict[str, list[tuple[float, float, float, float]]]:
    """Element → the boxes that it covers."""
    found: dict[str, list[list[float]]] = browser.page.evaluate(
        f"""() => {{ const covered = {BOXES}, every = bihuanModeler.get('elementRegistry').filter({what});
          return Object.fromEntries(every.map(one => [one.id, covered(one)])); }}"""
    )
    return {name: [(left, top, right, bottom) for left, top, right, bottom in every] for name, every in found.items()}


FLOWS = "one => one.waypoints && one.type === 'bpmn:SequenceFlow'"
WORDS = "one => one.labelTarget && one.labelTarget.waypoints"


def lie_upon_each_other(one: Any, other: Any) -> bool:
    """Whether two lines run along each other for a stretch."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    along = min(one[3], other[3]) - max(one[1], other[1])
    return (across > 1 and -1 < along <= 1) or (along > 1 and -1 < across <= 1)


def shared_with(browser: Browser, flow: str) -> set[str]:
    """The flows that lie upon this one somewhere."""
    flows = boxes(browser, FLOWS)
    own = flows.pop(flow)
    return {
        name for name, lines in flows.items() if any(lie_upon_each_other(one, line) for one in own for line in lines)
    }


def covered_by(browser: Browser, words: str) -> set[str]:
    """The flows that run through the words of a flow."""
    left, top, right, bottom = boxes(browser, WORDS)[words][0]
    return {
        name
        for name, lines in boxes(browser, FLOWS).items()
        if any(one[0] < right and left < one[2] + 1 and one[1] < bottom and top < one[3] + 1 for one in lines)
    }


@pytest.mark.parametrize("what", ["gateway", "append-task", "intermediate-event"])
@pytest.mark.parametrize(("after", "way"), [("merge", "to_severity"), ("draft_letter", "to_review")])
def test_what_is_appended_to_a_step_with_one_way_out_is_put_into_it_in_one_step(
    owner: Browser, what: str, after: str, way: str
) -> None:
    draw(owner)
    before = owner.page.evaluate(DRAWN)
    [(_, target)] = ways(owner, after)
    made = append(owner, after, what)
    assert [to for _, to in ways(owner, after)] == [made]
    assert ways(owner, made) == [(way, target)]
    assert shared_with(owner, way) == set()
    owner.page.click("[data-step=undo]")
    assert owner.page.evaluate(DRAWN) == before
    assert owner.complaints == []


def test_what_is_put_among_flows_makes_room_for_the_flows_too(owner: Browser) -> None:
    draw(owner)
    made = append(owner, "supervise", "append-task", "复核检查")
    [place] = boxes(owner, f"one => one.id === '{made}'")[made]
    own = {flow for flow, _ in ways(owner, made) + ways(owner, "supervise")}
    through = {
        name
        for name, lines in boxes(owner, FLOWS).items()
        if any(one[0] < place[2] and place[0] < one[2] and one[1] < place[3] and place[1] < one[3] for one in lines)
    }
    assert through - own == set()


def test_an_end_a_way_out_of_a_gateway_and_what_follows_a_condition_are_ways_of_their_own(owner: Browser) -> None:
    draw(owner)
    end = append(owner, "summary", "end-event")
    assert {to for _, to in ways(owner, "summary")} == {"closed", end}
    task = append(owner, "reviewed", "append-task")
    assert {to for _, to in ways(owner, "reviewed")} == {"draft_letter", "secretary_sign", task}
    owner.page.evaluate(
        """() => { const get = name => bihuanModeler.get(name);
          const body = get('bpmnFactory').create('bpmn:FormalExpression', {body: 'count(letters) > 3'});
          get('modeling').updateProperties(get('elementRegistry').get('to_severity'), {conditionExpression: body}); }"""
    )
    other = append(owner, "merge", "append-task")
    assert {to for _, to in ways(owner, "merge")} == {"severity", other}


@pytest.mark.parametrize("after", ["draft_letter", "office_review", "secretary_sign", "dispatch"])
def test_a_way_back_and_its_word_lie_upon_no_other_flow(owner: Browser, after: str) -> None:
    draw(owner)
    gateway = append(owner, after, "gateway", "是否完整")
    back = connect(owner, gateway, "draft_letter", "退回补正")
    assert shared_with(owner, back) == set()
    assert covered_by(owner, f"{back}_label") == set()


def test_no_two_ways_out_of_a_gateway_share_their_beginning(owner: Browser) -> None:
    draw(owner)
    gateway = append(owner, "summary", "gateway", "如何办理")
    for name in ("补办", "转办", "缓办"):
        append(owner, gateway, "append-task", name)
    assert len(ways(owner, gateway)) == 4
    assert {flow: shared_with(owner, flow) for flow, _ in ways(owner, gateway)} == {
        flow: set() for flow, _ in ways(owner, gateway)
    }


#: The small menu, in the measure of the drawing.
MENU = """() => { const canvas = bihuanModeler.get('canvas'), {x, y, scale} = canvas.viewbox();
  const around = canvas.getContainer().getBoundingClientRect();
  const box = document.querySelector('.djs-context-pad').getBoundingClientRect();
  return [(box.left - around.left) / scale + x, (box.top - around.top) / scale + y,
    (box.right - around.left) / scale + x, (box.bottom - around.top) / scale + y]; }"""
STEPS = "one => one.labelTarget || one.businessObject.$instanceOf('bpmn:FlowNode')"


@pytest.mark.parametrize("fitted", [False, True])
@pytest.mark.parametrize("element", ["merge", "draft_letter", "office_review", "signed", "number", "rectify"])
def test_the_small_menu_covers_no_flow_no_word_and_no_step(owner: Browser, element: str, fitted: bool) -> None:
    owner.page.set_viewport_size({"width": 1440, "height": 757})
    draw(owner)
    owner.page.evaluate("id => bihuanModeler.get('canvas').scrollToElement(id, 200)", element)
    if fitted:
        owner.page.click("[data-zoom=fit]")
    select(owner, element)
    until(owner.page.locator(".djs-context-pad").is_visible)
    assert owner.page.evaluate("bihuanModeler.get('canvas').zoom()") < 1
    others = boxes(owner, FLOWS) | boxes(owner, STEPS)

    def covered() -> set[str]:
        left, top, right, bottom = owner.page.evaluate(MENU)
        return {
            name
            for name, every in others.items()
            if any(one[0] < right and left < one[2] + 1 and one[1] < bottom and top < one[3] + 1 for one in every)
        }

    until(lambda: covered() == set())
