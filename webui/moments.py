"""One entry of a case as replay shows it: what happened in words, the answers, the form as it looked, the decisions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from markupsafe import Markup

from engine import forms, values
from engine.db import moment
from engine.definitions.compiled import Compiled
from engine.forms.definition import INPUTS, Component, Form, keyed
from engine.history import decided
from engine.history.queries import Line
from engine.history.replay import Frame, Moment
from engine.instances import starting
from engine.messages import SYSTEM
from engine.tasks.work import Letter, letters_then
from engine.values import Json, Value
from webui import elements
from webui import forms as fields
from webui.filters import brief, shown
from webui.packages import translator
from webui.texts import t


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for all entries of a case: its version, today's version, and whom and what it names."""

    process: Compiled
    #: The version in force today; None where the process is not offered any more.
    today: Compiled | None
    today_number: int
    people: Mapping[str, str]
    #: Wait → title and address of the case that was called there.
    called: Mapping[int, tuple[str, str]] = {}
    #: Task and digest → where a file is read; none in a page that leaves the office.
    file_url: Callable[[str, str], str] = lambda task, digest: ""
    labels: Mapping[str, str] = {}
    #: The title of the case that called this one.
    caller: str = ""

    def translate(self, text: str) -> str:
        """A word of the package in the language of the page."""
        return translator(self.process.package)(text)

    def name(self, element: str) -> str:
        """What a node is called: by its name as the diagram shows it, else by where it stands."""
        return elements.name(self.process.graph, element, self.translate)

    def asks(self, variable: str) -> bool:
        """True where a form asks for the variable under a label; others are the process's own business."""
        return bool(self.labels.get(variable))

    def label(self, variable: str) -> str:
        """The label under which a form asks for a variable; its name where none does."""
        return self.translate(self.labels.get(variable) or variable)

    def recipient(self, frame: Frame) -> str:
        """The case to or from which an entry carried something; empty where there is none that may be seen."""
        if frame.job == "deliver-result":
            return t("replay.to-caller", title=self.caller) if self.caller else ""
        title, _ = self.called.get(frame.wait or 0, ("", ""))
        return title

    def person(self, key: str | None) -> str:
        """The name of a person; the system where nobody acted."""
        return t("history.system") if key in (None, SYSTEM.person) else self.people.get(key, key)


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A variable with its value before and after the entry; *where* is the element of its scope."""

    where: str
    label: str
    #: True where a form asks for it; what only the process uses is shown apart.
    asked: bool
    old: str
    new: str
    changed: bool


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer under the label of its field; one with rows has the labels of their fields and their cells."""

    label: str
    text: str
    head: list[str] = []
    rows: list[list[str]] = []


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody who finished a task had before them: the form with the answers, and the letters below it."""

    form: Markup | None
    letters: list[Letter]


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What the template of an entry writes out."""

    moment: Moment
    frame: Frame
    who: str
    behalf: str
    #: True where a person acted, and for nobody else.
    own: bool
    headline: str
    refusal: str
    opinion: str
    outcome: str
    events: list[dict[str, Any]]
    steps: list[str]
    answers: list[Answer]
    given: Given
    decisions: list[decided.Together]
    calls: list[tuple[str, str]]
    variables: list[Change]


def headline(frame: Frame, setting: Setting) -> str:
    """The entry in one line: what was asked, of which step, with which outcome."""
    command = t(f"command.{frame.command}")
    parts = [command]
    if frame.element is not None:
        parts = [t("replay.headline", command=command, element=setting.name(frame.element))]
    if frame.outcome and frame.element is not None:
        parts += ["·", outcome_of(frame, setting)]
    if recipient := setting.recipient(frame):
        parts += ["·", recipient]
    if not frame.performed:
        parts += ["·", t("history.refused")]
    return " ".join(parts)


def view(found: Moment, setting: Setting) -> View:
    """Everything that is shown about one entry."""
    frame, line = found.frame, found.line
    done = _completed(found)
    form, answers = _sent(found, done, setting)
    scope = _scope(found, form, answers, setting)
    said = done.get("answers", {}).get("opinion")
    return View(
        moment=found, frame=frame, who=setting.person(line.actor),
        behalf=setting.person(line.on_behalf_of) if line.on_behalf_of else "",
        own=line.actor != SYSTEM.person and not line.on_behalf_of,
        headline=headline(frame, setting),
        refusal=t(frame.refused, **frame.values) if frame.refused else "",
        opinion=shown(values.decode(said)) if said else "", outcome=outcome_of(frame, setting),
        events=told(found.line, frame, setting),
        steps=steps(found, setting),
        answers=_listed(form, answers, scope, setting), given=_given(found, done, form, scope, setting),
        decisions=decided.together(
            [decided.answer(one, line.at, setting.process, setting.today) for one in found.decisions]
        ),
        calls=[setting.called[wait] for wait in _waits(found) if wait in setting.called],
        variables=_variables(found, setting),
    )  # fmt: skip


def given(found: Moment, setting: Setting) -> Given:
    """The form and the letters as they looked when the entry's task was finished; nothing where it finished none."""
    form, scope = answered(found, setting)
    return _given(found, _completed(found), form, scope, setting)


def answered(found: Moment, setting: Setting) -> tuple[Form | None, dict[str, Value]]:
    """The form that the entry's command answers, and its data with the answers in it."""
    form, answers = _sent(found, _completed(found), setting)
    return form, _scope(found, form, answers, setting)


def _given(
    found: Moment, done: dict[str, Any], form: Form | None, scope: dict[str, Value], setting: Setting
) -> Given:  # fmt: skip
    letters = (
        letters_then(setting.process, found.frame.element or "", found.seen_by_form, moment(found.line.at))
        if done else []
    )  # fmt: skip
    return Given(form=_drawn(found, done, form, scope, setting), letters=letters)


def _completed(found: Moment) -> dict[str, Any]:
    """The end of the task in the entry; empty where it ended none."""
    return next((event for event in found.line.events if event["type"] == "TaskCompleted"), {})


def _waits(found: Moment) -> list[int]:
    """The waits that the entry opened, and the one that its command was about: of a job it is the end of its id."""
    command = found.line.command
    about = command.get("wait") or str(command.get("job") or "").rpartition(".")[2]
    opened = [fact[1] for fact in found.facts if fact[0] == "open"]
    return [*opened, *([int(about)] if str(about).isdecimal() and int(about) not in opened else [])]


def told(line: Line, frame: Frame, setting: Setting) -> list[dict[str, Any]]:
    """The events of an entry as they are told: steps left out, buttons by their labels, jobs of one kind together."""
    outcome = outcome_of(frame, setting)
    shown: list[dict[str, Any]] = []
    for event in line.events:
        same = [one for one in shown if one["type"] == event["type"] and one.get("job_kind") == event.get("job_kind")]
        if event["type"] in ("JobScheduled", "JobFinished") and same:
            same[0]["times"] += 1
        elif event["type"] == "TaskCompleted":
            shown.append({**event, "outcome": outcome, "times": 1})
        elif event["type"] != "InstanceAdvanced":
            shown.append({**event, "times": 1})
    return shown


def outcome_of(frame: Frame, setting: Setting) -> str:
    """The label of the button that was pressed; empty where none was."""
    found = setting.process.outcome_label(frame.element or "", frame.outcome) if frame.outcome else ""
    return setting.translate(found)


def steps(found: Moment, setting: Setting) -> list[str]:
    """The facts of an entry in words, in their order."""
    scopes = {key: element for key, (element, _) in {**found.before, **found.after}.items()}
    scopes |= {fact[1]: fact[3] for fact in found.facts if fact[0] == "scope"}
    return [words(fact, found, scopes, setting) for fact in found.facts]


def words(fact: list[Json], found: Moment, scopes: Mapping[int, str], setting: Setting) -> str:
    """A fact in words; *scopes* are the elements to which scopes belong."""
    match fact[0]:
        case "flow":
            return _flow_words(fact[1], setting)
        case "var":
            kept = found.after.get(fact[1], ("", {}))[1]
            name = setting.label(fact[2])
            told = {"name": name if setting.asks(fact[2]) else t("replay.own", name=name), "value": _value(fact, kept)}
            where = scopes.get(fact[1], "")
            inner = where and where != setting.process.graph.id
            return t("replay.fact.var-in", where=setting.name(where), **told) if inner else t("replay.fact.var", **told)
        case "open":
            return t(f"replay.fact.open.{fact[2]}", element=setting.name(fact[3]))
        case "incident":
            why = t(fact[4], **(fact[5] if len(fact) > 5 else {}))
            return t("replay.fact.incident", element=setting.name(fact[2]), reason=why)
        case "ended":
            return t(f"replay.fact.ended.{fact[1]}")
    place = _PLACES.get(fact[0])
    return t(f"replay.fact.{fact[0]}", element=setting.name(fact[place]) if place else "")


#: Where a fact holds the element that it is about.
_PLACES = {
    "enter": 2, "leave": 2, "cancel": 2, "close": 3, "decided": 1, "caught": 2, "scope": 3,
}  # fmt: skip


def _flow_words(flow: str, setting: Setting) -> str:
    found = setting.process.graph.flows.get(flow)
    if found is None:
        return t("replay.fact.flow", source=flow, target="")
    ends = {"source": setting.name(found.source), "target": setting.name(found.target)}
    if not found.name:
        return t("replay.fact.flow", **ends)
    return t("replay.fact.named-flow", name=setting.translate(found.name), **ends)


def _value(fact: list[Json], kept: Mapping[str, Json]) -> str:
    json = fact[3]
    if isinstance(json, dict) and "@large" in json:
        if json["rows"] is not None:
            return t("value.rows", count=json["rows"])
        # A value that was too large for the frame is told as it stands after the entry.
        json = kept.get(fact[2], "…")
    return brief(values.decode(json))


def _sent(found: Moment, done: dict[str, Any], setting: Setting) -> tuple[Form | None, dict[str, Json]]:
    """The form that the entry's command answers, and the answers."""
    command = found.line.command
    if done:
        element = found.frame.element or ""
        node = setting.process.graph.nodes.get(element)
        extension = node.extension("form") if node is not None else None
        key = extension.attributes.get("key", element) if extension is not None else element
        return setting.process.form(key), done["answers"]
    if command["type"] == "StartCase" and command.get("parent") is None and found.frame.performed:
        return setting.process.form(setting.process.start_form), command.get("values") or {}
    return None, {}


def _listed(
    form: Form | None, answers: dict[str, Json], scope: Mapping[str, Value], setting: Setting
) -> list[Answer]:  # fmt: skip
    """The answers under the form's labels, in its order; what it has no field for, by name."""
    asked = {component.key: component for component in keyed(form.components)} if form else {}
    own = {key: values.decode(json) for key, json in answers.items() if key not in asked}
    return [
        *(_answer(asked[key], scope.get(key), setting) for key in asked if key in answers),
        *(Answer(label=setting.label(key), text=brief(value)) for key, value in own.items()),
    ]


def _answer(component: Component, value: Value, setting: Setting) -> Answer:
    """One answer; in rows every field that shows something has a column, whether it was asked for or given."""
    label = setting.translate(component.label) or setting.label(component.key)
    if component.kind != "dynamiclist" or not value:
        return Answer(label=label, text=read(component, value, setting))
    columns = [one for one in keyed(component.components) if any(row.get(one.key) not in (None, "") for row in value)]
    return Answer(
        label=label, text=brief(value),
        head=[setting.translate(one.label) or setting.label(one.key) for one in columns],
        rows=[[read(one, row.get(one.key), setting) for one in columns] for row in value],
    )  # fmt: skip


def read(component: Component, value: Value, setting: Setting) -> str:
    """A value as the person read it: what was chosen by the words of the choice."""
    chosen = {one.value: setting.translate(one.label) for one in component.options}
    if isinstance(value, list) and chosen:
        return t("value.separator").join(chosen.get(one, shown(one)) for one in value)
    return chosen.get(value) or brief(value) if isinstance(value, str) else brief(value)


def _drawn(
    found: Moment, done: dict[str, Any], form: Form | None, scope: dict[str, Value], setting: Setting
) -> Markup | None:
    """The form of that version with that data and these answers, to be read only."""
    if form is None:
        return None
    fixed = Form(tuple(_fixed(component) for component in form.components))
    task, when = str(done.get("task", "")), moment(found.line.at)
    return fields.render_fields(
        fixed, forms.prefill(fixed, scope, when), scope=scope, now=when, translate=setting.translate, sent=True,
        file_url=lambda digest: setting.file_url(task, digest) if task else "",
    )


def _scope(found: Moment, form: Form | None, answers: dict[str, Json], setting: Setting) -> dict[str, Value]:
    """The data that a form showed when it was sent, with the answers in it."""
    if form is None:
        return {}
    seen: Mapping[str, Value] = found.seen_by_form
    if not _completed(found):
        seen = starting.scope(setting.process, moment(found.line.at))
    return merged(form.components, seen, values.decode(answers))


def merged(components: tuple[Component, ...], seen: Any, answers: Any) -> dict[str, Value]:
    """The data that a form showed with the answers in it, row by row where the data gave the rows."""
    before = seen if isinstance(seen, Mapping) else {}
    given = answers if isinstance(answers, Mapping) else {}
    found: dict[str, Value] = {**before, **given}
    for component in keyed(components):
        key, old = component.key, before.get(component.key)
        if component.kind == "group" and key in given:
            found[key] = merged(component.components, old, given[key])
        elif component.kind == "dynamiclist" and isinstance(given.get(key), list):
            rows = old if component.fixed and isinstance(old, list) else []
            filled = [*rows, *({} for _ in given[key])]
            found[key] = [merged(component.components, *pair) for pair in zip(filled, given[key], strict=False)]
        elif key not in given and component.kind in INPUTS and not component.readonly:
            # What was not answered was empty or hidden, whatever the data holds under this name.
            found[key] = None
    return found


def _fixed(component: Component) -> Component:
    return msgspec.structs.replace(
        component, readonly=True, fixed=component.fixed or component.kind == "dynamiclist", default=None,
        components=tuple(_fixed(part) for part in component.components),
    )  # fmt: skip


def _variables(found: Moment, setting: Setting) -> list[Change]:
    """The variables after the entry, those that it changed first; and those that went away with their scope."""
    listed = []
    for key, (element, after) in found.after.items():
        before = found.before.get(key, ("", {}))[1]
        where = setting.name(element) if element != setting.process.graph.id else ""
        for name, json in after.items():
            old, changed = before.get(name), name not in before or (before[name] is not json and before[name] != json)
            listed.append(
                Change(
                    where=where, label=setting.label(name), asked=setting.asks(name), changed=changed,
                    new=brief(values.decode(json)),
                    old=brief(values.decode(old)) if changed and name in before else "",
                )
            )
    return sorted(listed, key=lambda change: not change.changed)
