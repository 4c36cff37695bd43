"""Makes the letters of a case from its template."""

from __future__ import annotations

from typing import Any

from engine import values
from engine.definitions.compiled import compiled
from engine.documents import letters
from engine.instances import commands as cases
from engine.instances.queries import package_of
from engine.messages import SYSTEM


def render(engine: Any, job: Any) -> None:
    """One Markdown text per item, stored by digest, given to the wait as files in the order of the items."""
    asked = values.decode(job.payload["inputs"])
    with engine.database.reading() as connection:
        package = package_of(connection, job.stream)
    template = compiled(engine.store, package).letter(asked["template"])
    items = enumerate(asked["items"], start=1)
    files = [_store(engine, letters.render(template, item), item, number) for number, item in items]
    result = {"files": values.encode(files)}
    command = cases.DeliverResult(instance=job.stream, wait=job.payload["wait"], result=result)
    engine.dispatch(command, SYSTEM, f"{job.id}:result")


def _store(engine: Any, markdown: str, item: dict[str, Any], number: int) -> values.File:
    body = markdown.encode()
    name = str(item.get("file_name") or item.get("title") or number)
    return values.File(digest=engine.store.put(body), name=f"{name}.md", type="text/markdown", size=len(body))
