"""Takes recorded cases again on the second engine: for verification, and for the scenarios of a package."""

from __future__ import annotations

from functools import partial
from typing import Any

from engine import values
from engine.definitions.compiled import Compiled, Decisions, Expressions, compiled
from engine.definitions.package import DIAGRAM
from engine.documents.store import Store
from engine.history.findings import SECOND, SECOND_CANNOT, Failure
from engine.history.journal import PERFORMED, Entry
from engine.history.reperform import reperform
from engine.second.comparing import Comparison, Verdict
from engine.step import Step

#: Entries of a case beyond which it is not taken again beside the work.
MOST_ENTRIES = 2_000


class Taken:
    """One case taken again, and what was found."""

    def __init__(self, verdict: Verdict, seq: int) -> None:
        self.verdict, self.seq = verdict, seq


class Beside:
    """A case that the second engine takes again, entry by entry, while the kernel performs it again."""

    def __init__(self, stream: str, comparison: Comparison | None, taken: Taken) -> None:
        self._stream, self._comparison, self.taken = stream, comparison, taken

    def saw(self, entry: Entry, step: Step) -> None:
        """Takes what the kernel made of an entry, as long as the path is the same."""
        if self._comparison is not None and self.taken.verdict.word == "same":
            turns = step.turns if entry.kind == PERFORMED else ()
            self.taken = Taken(self._comparison.take(turns), entry.seq)

    def failure(self, stopped: Failure | None) -> Failure | None:
        """None where the path was the same to the end; *stopped* is why the kernel did not come to it.

        Else where it went another way, or (question ``second-cannot``) why it cannot be asked.
        """
        if stopped is not None and self.taken.verdict.word == "same":
            # Whatever it is, the question about the rules says it.
            self.taken = _cannot("rules", stopped.seq)
        verdict = self.taken.verdict
        if verdict.word == "same":
            return None
        question = SECOND if verdict.word == "differs" else SECOND_CANNOT
        code = "second-differs" if verdict.word == "differs" else f"second-{verdict.defect}"
        return Failure(
            question=question, stream=self._stream, seq=self.taken.seq, found=code, element=verdict.element,
            detail=verdict.detail,
        )  # fmt: skip


def beside(found: list[Entry], store: Store) -> Beside | None:
    """The second engine at the beginning of a case; None where the stream is no case."""
    package = _package(found)
    if package is None:
        return None
    stream = found[0].stream
    if len(found) > MOST_ENTRIES:
        return Beside(stream, None, _cannot("too-large", found[-1].seq))
    try:
        comparison = _comparison(compiled(store, package))
    except FileNotFoundError:
        return Beside(stream, None, _cannot("package", found[0].seq))
    return Beside(stream, comparison, Taken(Verdict(word="same"), 0))


def second_engine(found: list[Entry], store: Store) -> Failure | None:
    """What :meth:`Beside.failure` says of a whole stream; None for streams that are no cases."""
    again = beside(found, store)
    return again.failure(reperform(found, store, again.saw)) if again is not None else None


def _cannot(defect: str, seq: int) -> Taken:
    return Taken(Verdict(word="not-comparable", defect=defect), seq)


def _package(found: list[Entry]) -> str | None:
    """The package to which a case is pinned; None for other streams."""
    if not found or values.load(found[0].command)["type"] != "StartCase":
        return None
    events: list[dict[str, Any]] = values.load(found[0].events)
    return next((event["package"] for event in events if event["type"] == "CaseStarted"), None)


def _comparison(process: Compiled) -> Comparison:
    return Comparison(process.package.files[DIAGRAM], Expressions, partial(Decisions, process))
