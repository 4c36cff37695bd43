"""A published package made ready to run, once per process: graph, decisions, forms, expressions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

from engine import bpmn, dmn, feel, forms
from engine.calendars.queries import ZONE
from engine.definitions.package import Package, unpack
from engine.documents.store import Store
from engine.forms.definition import everything
from engine.values import Value


class Compiled:
    """One version of a process."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.graph = bpmn.read(package.files["process.bpmn"])
        self._forms: dict[str, forms.Form] = {}

    @cached_property
    def models(self) -> dict[str, dmn.Model]:
        """Decision models by the id of their file."""
        names = [name for name in self.package.files if name.startswith("decisions/")]
        return {name[len("decisions/") : -len(".dmn")]: dmn.read(self.package.files[name]) for name in names}

    @cached_property
    def settings(self) -> dict[str, Value]:
        """The package's settings as expressions see them."""
        return dict(self.package.settings)

    @property
    def starters(self) -> list[str]:
        """Roles that may start it."""
        start = self.graph.extension("start")
        return start.attributes.get("roles", "").split() if start else []

    @property
    def start_form(self) -> str:
        """Key of the form that is filled to start a case."""
        start = self.graph.start
        form = start.extension("form")
        return str(form.attributes["key"] if form and "key" in form.attributes else start.id)

    def labels(self) -> dict[str, str]:
        """Labels of all fields by their keys, for histories; where forms share a key, the first label."""
        found: dict[str, str] = {}
        for name in self.package.files:
            form = self.form(name[len("forms/") : -len(".json")]) if name.startswith("forms/") else None
            for component in everything(form.components) if form else ():
                found.setdefault(component.key, component.label)
        return found

    def outcome_label(self, element: str, outcome: str) -> str:
        """The label of a button that was pressed."""
        for found in self.graph.nodes[element].extension_list("outcome"):
            if found.attributes.get("name") == outcome:
                return str(found.attributes.get("label") or outcome)
        return outcome

    def form(self, key: str) -> forms.Form | None:
        """The form ``forms/<key>.json``, or None where the package has none."""
        body = self.package.files.get(f"forms/{key}.json")
        if body is None:
            return None
        if key not in self._forms:
            self._forms[key] = forms.read(body)
        return self._forms[key]

    def letter(self, name: str) -> str:
        """The source of a letter's template."""
        return self.package.files[f"letters/{name}.md.j2"].decode()


class Expressions:
    """FEEL for the kernel, with the step's time."""

    def __init__(self, now: datetime) -> None:
        # Days and years of expressions are those of the offices.
        self.now = now.astimezone(ZONE)

    def evaluate(self, text: str, scope: Mapping[str, Value]) -> Value:
        return feel.parse(text).evaluate(scope, now=self.now, strict=True)

    def condition(self, text: str, scope: Mapping[str, Value]) -> bool:
        return feel.condition(feel.parse(text), scope, self.now)


class Decisions:
    """DMN for the kernel: the decisions of one package."""

    def __init__(self, process: Compiled, now: datetime) -> None:
        self.process, self.now = process, now.astimezone(ZONE)

    def decide(self, ref: str, scope: Mapping[str, Value]) -> Any:
        return dmn.evaluate(self.process.models[ref], ref, scope, now=self.now)


def compiled(store: Store, digest: str) -> Compiled:
    """The process of the package that is stored under *digest*; raises FileNotFoundError, ValueError."""
    return _compiled(store, digest)


@lru_cache(maxsize=64)
def _compiled(store: Store, digest: str) -> Compiled:
    return Compiled(unpack(store.get(digest)))
