"""What other products say in their extensions, in our words: each rule changes one element and tells what it did."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from lxml import etree

from engine import feel
from engine.bpmn.names import BIHUAN
from engine.bpmn.xml import local, tag
from engine.errors import BihuanError

#: Products that write attributes, all alike (Camunda 7 and what came before it).
ATTRIBUTES = (
    "http://camunda.org/schema/1.0/bpmn", "http://flowable.org/bpmn", "http://activiti.org/bpmn",
)  # fmt: skip
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
#: Marks a foreign element that was converted, until it is taken out.
DONE = f"{{{BIHUAN}}}done"


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the report: what became of something in the file."""

    #: ``converted``, ``dropped``, ``added``; ``role``: a group that became a role of the package.
    kind: str
    element: str
    what: str
    into: str = ""


def holder(element: Any) -> Any:
    """The ``extensionElements`` of an element, made where there are none, after the documentation."""
    found = element.find(tag("extensionElements"))
    if found is None:
        found = etree.Element(tag("extensionElements"))
        element.insert(len(element.findall(tag("documentation"))), found)
    return found


def convert(element: Any) -> Iterator[Change]:
    """Everything foreign at one element that we have a word for."""
    for namespace in ATTRIBUTES:
        yield from _attributes(element, namespace)
    extensions = element.find(tag("extensionElements"))
    for found in list(extensions) if extensions is not None else ():
        if isinstance(found.tag, str) and etree.QName(found).namespace == ZEEBE and local(found) in _ZEEBE:
            found.set(DONE, "1")
            yield from _ZEEBE[local(found)](element, found)
    if local(element) in ("receiveTask", "intermediateCatchEvent", "boundaryEvent"):
        yield from _subscription(element)
    if local(element) == "conditionExpression":
        yield from _condition(element)


def _attributes(element: Any, namespace: str) -> Iterator[Change]:
    def taken(name: str) -> str:
        return str(element.attrib.pop(f"{{{namespace}}}{name}", ""))

    kind = local(element)
    if kind in ("userTask", "manualTask"):
        yield from _people(element, taken("assignee"), taken("candidateUsers"), taken("candidateGroups"))
        yield from _form(element, taken("formKey"))
        yield from _due(element, taken("dueDate"))
    elif kind == "startEvent":
        yield from _form(element, taken("formKey"))
    elif kind == "multiInstanceLoopCharacteristics":
        yield from _collection(element, taken("collection"), taken("elementVariable"))
    elif kind == "businessRuleTask":
        yield from _decision(element, taken("decisionRef"), taken("resultVariable"))


def _put(element: Any, extension: str, said: str, **attributes: str) -> Iterator[Change]:
    """One of our extensions, with its line in the report."""
    given = {key: value for key, value in attributes.items() if value}
    etree.SubElement(holder(element), f"{{{BIHUAN}}}{extension}", given)
    shown = " ".join(f'{key}="{value}"' for key, value in given.items())
    yield Change(kind="converted", element=_id(element), what=said[:100], into=f"bihuan:{extension} {shown}"[:140])


def _id(element: Any) -> str:
    while element is not None and not element.get("id"):
        element = element.getparent()
    return str(element.get("id")) if element is not None else ""


def _people(element: Any, assignee: str, users: str, groups: str) -> Iterator[Change]:
    """One of the three: we address a task to a person or to a role, never to both."""
    several = [one for one in _words(users) if one]
    if assignee or len(several) == 1:
        said = f"assignee={assignee}" if assignee else f"candidateUsers={users}"
        yield from _put(element, "assignment", said, person=expression(assignee or several[0]))
        left = [("candidateGroups", groups)] + ([("candidateUsers", users)] if assignee else [])
    elif groups:
        first, *more = [one for one in _words(groups) if one]
        role = name(first)
        yield Change(kind="role", element=_id(element), what=first, into=role)
        yield from _put(element, "assignment", f"candidateGroups={first}", role=role)
        left = [("candidateGroups", ",".join(more)), ("candidateUsers", users)]
    else:
        left = [("candidateUsers", users)]
    for attribute, value in left:
        if value:
            yield Change(kind="dropped", element=_id(element), what=f"{attribute}={value}"[:100])


def _words(listed: str) -> list[str]:
    return [one.strip() for one in listed.split(",")] if "${" not in listed and "=" not in listed else [listed]


def _form(element: Any, key: str) -> Iterator[Change]:
    if key:
        yield from _put(element, "form", f"formKey={key}", key=name(re.split(r"[:/]", key)[-1].removesuffix(".form")))


def _due(element: Any, due: str) -> Iterator[Change]:
    if not due:
        return
    days = re.search(r"\bP(\d{1,3})D", due)
    if days:
        yield from _put(element, "deadline", f"dueDate={due}", workdays=days[1])
    else:
        yield Change(kind="dropped", element=_id(element), what=f"dueDate={due}"[:100])


def _collection(element: Any, collection: str, item: str, output: str = "", each: str = "") -> Iterator[Change]:
    if collection:
        yield from _put(
            element, "collection", f"collection={collection}", value=_marked(collection), item=item, output=output,
            outputItem=_marked(each) if each else "",
        )  # fmt: skip


def _decision(element: Any, ref: str, result: str) -> Iterator[Change]:
    if ref:
        yield from _put(element, "decision", f"decisionRef={ref}", ref=ref, result=result)


def _subscription(element: Any) -> Iterator[Change]:
    """The key that a message of Zeebe carries stands with us where it is waited for."""
    holding = element if local(element) == "receiveTask" else element.find(tag("messageEventDefinition"))
    wanted = holding.get("messageRef") if holding is not None else None
    for message in element.getroottree().getroot().findall(tag("message")) if wanted else ():
        for found in message.iter(f"{{{ZEEBE}}}subscription"):
            if message.get("id") == wanted and found.get("correlationKey"):
                found.set(DONE, "1")
                key = _marked(found.get("correlationKey"))
                yield from _put(element, "correlation", f"correlationKey={found.get('correlationKey')}", key=key)


def _condition(element: Any) -> Iterator[Change]:
    """``${amount >= 100 && ok}`` becomes ``amount >= 100 and ok``, where that is FEEL."""
    text = "".join(element.itertext()).strip()
    bare = re.fullmatch(r"[$#]\{(.*)\}", text, re.DOTALL)
    if bare is None:
        return
    found = _as_feel(bare[1])
    element.text = found
    for child in list(element):
        element.remove(child)
    yield Change(kind="converted", element=_id(element.getparent()), what=text[:100], into=found[:140])


def expression(text: str) -> str:
    """A value as we write it: ``${…}`` is an expression, all else is text."""
    bare = re.fullmatch(r"[$#]\{(.*)\}", text.strip(), re.DOTALL)
    return f"= {_as_feel(bare[1])}" if bare else text.strip()


def _marked(text: str) -> str:
    """The same where a bare name is a variable."""
    found = expression(text)
    return found if found.startswith("=") else f"= {found}"


def _as_feel(juel: str) -> str:
    """JUEL in the words of FEEL; what does not parse stays as it was, and ``check`` names it."""
    found = juel.strip()
    for old, new in (("==", "="), ("&&", " and "), ("||", " or "), (" eq ", " = "), (" ne ", " != "), ("'", '"')):
        found = found.replace(old, new)
    found = re.sub(r"\s+", " ", re.sub(r"!(?!=)\s*([\w.]+)", r"not(\1)", found))
    try:
        feel.parse(found)
    except BihuanError:
        return juel.strip()
    return found


def name(text: str) -> str:
    """A key that a package may use, made of any text."""
    found = re.sub(r"[^a-z0-9_]+", "_", text.strip().lower()).strip("_")[:40]
    return found if re.match(r"[a-z]", found) else f"r_{found or 'role'}".rstrip("_")


def _zeebe_people(element: Any, found: Any) -> Iterator[Change]:
    yield from _people(
        element, found.get("assignee", ""), found.get("candidateUsers", ""), found.get("candidateGroups", "")
    )


def _zeebe_form(element: Any, found: Any) -> Iterator[Change]:
    yield from _form(element, found.get("formKey") or found.get("formId") or "")


def _zeebe_due(element: Any, found: Any) -> Iterator[Change]:
    yield from _due(element, found.get("dueDate", ""))


def _zeebe_loop(element: Any, found: Any) -> Iterator[Change]:
    yield from _collection(
        element, found.get("inputCollection", ""), found.get("inputElement", ""), found.get("outputCollection", ""),
        found.get("outputElement", ""),
    )  # fmt: skip


def _zeebe_called(element: Any, found: Any) -> Iterator[Change]:
    called = found.get("processId", "")
    element.set("calledElement", called)
    yield Change(kind="converted", element=_id(element), what=f"calledElement {called}"[:100], into=called[:100])


def _zeebe_decision(element: Any, found: Any) -> Iterator[Change]:
    yield from _decision(element, found.get("decisionId", ""), found.get("resultVariable", ""))


def _zeebe_mapping(element: Any, found: Any) -> Iterator[Change]:
    for one in found:
        kind, target, source = local(one), one.get("target", ""), one.get("source", "")
        if kind in ("input", "output") and target:
            yield from _put(element, kind, f"{kind} {target}", name=target, value=source)


def _zeebe_script(element: Any, found: Any) -> Iterator[Change]:
    script = etree.SubElement(element, tag("script"))
    script.text = found.get("expression", "").lstrip("= ")
    yield from _put(element, "script", f"script {script.text}", result=found.get("resultVariable", ""))


_ZEEBE: dict[str, Callable[[Any, Any], Iterator[Change]]] = {
    "assignmentDefinition": _zeebe_people,
    "formDefinition": _zeebe_form,
    "taskSchedule": _zeebe_due,
    "loopCharacteristics": _zeebe_loop,
    "calledElement": _zeebe_called,
    "calledDecision": _zeebe_decision,
    "ioMapping": _zeebe_mapping,
    "script": _zeebe_script,
}
