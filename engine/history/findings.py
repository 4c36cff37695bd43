"""What verification can find, and the report that says it."""

from __future__ import annotations

import msgspec

#: The four questions, in the order in which they are asked and shown.
CHAIN, STATE, RULES, SECOND = "chain", "state", "rules", "second-engine"
QUESTIONS = (CHAIN, STATE, RULES, SECOND)

#: The question of a reason for which a stream cannot be performed again here, and not on the second engine: no finding.
CANNOT, SECOND_CANNOT = "cannot", "second-cannot"


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """One place where the record, the seals, the state or the rules are not as they must be."""

    #: Which of the four questions it answers with no.
    question: str
    stream: str = ""
    #: The entry that fails; 0 where it is the state, a seal or the whole stream.
    seq: int = 0
    #: Table and row that differ, for the state.
    table: str = ""
    row: str = ""
    #: The seal that fails, or that tells otherwise than the record; 0 where none does.
    seal: int = 0
    #: The element of the diagram, where one is known.
    element: str = ""
    #: Code of the sentence: what was found.
    found: str = ""
    #: What exactly differs, in the words of the record itself.
    detail: str = ""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What verification found; a question that was not asked is None."""

    streams: int
    entries: int
    seals: int = 0
    #: How many of the seals were compared with their copy in the folder; None in a report from before this was counted.
    copies: int | None = None
    #: Is the record untouched: chains, seals, files?
    chain: bool
    #: Does it explain the state?
    state: bool | None = None
    #: Do the rules explain the record? True also where some streams could not be asked: see *cannot*.
    rules: bool | None = None
    #: Did an independent engine take the same path?
    second_engine: bool | None = None
    #: How many cases the second engine was asked about.
    cases: int = 0
    failures: list[Failure] = []
    #: Streams that cannot be performed again here, each with the reason.
    cannot: list[Failure] = []

    @property
    def sound(self) -> bool:
        """True where everything that was asked is as it must be."""
        return self.chain and False not in (self.state, self.rules, self.second_engine)


def answer(report: Report, question: str) -> str:
    """The code of what is said: ``yes``, ``no``, ``partly`` (yes as far as it could be asked) or ``not-asked``.

    Of the second engine also ``partly-comparable`` and, where no case could be compared, ``not-comparable``.
    """
    found = {CHAIN: report.chain, STATE: report.state, RULES: report.rules, SECOND: report.second_engine}[question]
    if found is None:
        return "not-asked"
    if not found:
        return "no"
    limited = len(limits(report, question))
    if not limited:
        return "yes"
    if question == SECOND:
        return "not-comparable" if limited >= report.cases else "partly-comparable"
    return "partly"


def limits(report: Report, question: str) -> list[Failure]:
    """The streams of which a question could not be asked."""
    wanted = {RULES: CANNOT, SECOND: SECOND_CANNOT}.get(question)
    return [one for one in report.cannot if one.question == wanted]
