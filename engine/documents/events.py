"""What can have happened to the documents of a case."""

from __future__ import annotations

from engine.messages import Event


class DocumentFiled(Event, frozen=True, kw_only=True):
    """A file became part of the case: evidence from a form, or a letter that was made."""

    id: str
    #: ``evidence`` or ``letter``.
    document_kind: str
    digest: str
    name: str
    media_type: str
    size: int
    #: The task whose form it came with; None for what a worker made.
    task: str | None = None
