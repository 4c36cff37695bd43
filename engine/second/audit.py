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
from engine.history.reperform import Reperformance
from engine.second.comparing import Comparison, Verdict

#: Entries of a case beyond which it is not taken again beside the work.
MOST_ENTRIES = 2_000


class Taken:
    """One case taken again, and what was found."""

    def __init__(self, verdict: Verdict, seq: int) -> None:
        self.verdict, self.seq = verdict, seq


def second_engine(found: list[Entry], store: Store) -> Failure | None:
    """None where an independent engine takes the same path, and for streams that are no cases.

    Else where it went another way, or (question ``second-cannot``) why it cannot be asked.
    """
    taken = take(found, store)
    if taken is None or taken.verdict.word == "same":
        return None
    verdict = taken.verdict
    question = SECOND if verdict.word == "differs" else SECOND_CANNOT
    code = "second-differs" if verdict.word == "differs" else f"second-{verdict.defect}"
    return Failure(
        question=question, stream=found[0].stream, seq=taken.seq, found=code, element=verdict.element,
        detail=verdict.detail,
    )  # fmt: skip


def take(found: list[Entry], store: Store) -> Taken | None:
    """The verdict about one stream and the entry at which it was reached; None where the stream is no case."""
    package = _package(found)
    if package is None:
        return None
    if len(found) > MOST_ENTRIES:
        return _cannot("too-large", found[-1].seq)
    try:
        comparison = _comparison(compiled(store, package))
    except FileNotFoundError:
        return _cannot("package", found[0].seq)
    again = Reperformance(store)
    verdict, seq = Verdict(word="same"), 0
    for entry in found:
        seq = entry.seq
        try:
            step = again.perform(entry)
        except Exception:  # Whatever it is, the question about the rules says it.
            return _cannot("rules", seq)
        verdict = comparison.take(step.turns if entry.kind == PERFORMED else ())
        if verdict.word != "same":
            break
    return Taken(verdict, seq)


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
