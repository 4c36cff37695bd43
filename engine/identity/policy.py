"""PERMISSIONS: who may ask what, as one table of predicates for dispatch, buttons and the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.calendars import commands as calendars
from engine.correlation import commands as correlation
from engine.definitions import commands as definitions
from engine.errors import Conflict, Refusal
from engine.identity import commands as identity
from engine.identity.predicates import (
    is_addressed,
    is_administrator,
    is_process_owner,
    is_starter,
    is_system,
    may_approve,
    may_send_messages,
    may_start,
)
from engine.identity.seen import Seen, from_observation
from engine.instances import commands as instances
from engine.jobs import commands as jobs
from engine.ledgers import commands as ledgers
from engine.messages import SYSTEM, Command
from engine.step import Step
from engine.tasks import commands as tasks

Predicate = Callable[[Seen, Any, Step], bool]

_SYSTEM: list[list[Predicate]] = [[is_system]]
_OWNERS: list[list[Predicate]] = [[is_process_owner]]
_ADMINISTRATION: list[list[Predicate]] = [[is_administrator], [is_system]]

#: Command → alternatives; in an alternative every predicate must hold.
PERMISSIONS: dict[type[Command], list[list[Predicate]]] = {
    identity.AddOffice: _ADMINISTRATION,
    identity.AddPerson: _ADMINISTRATION,
    identity.AssignPost: _ADMINISTRATION,
    identity.EndPost: _ADMINISTRATION,
    identity.MovePost: _ADMINISTRATION,
    identity.DeactivatePerson: _ADMINISTRATION,
    identity.ReactivatePerson: _ADMINISTRATION,
    identity.ResetPassword: _ADMINISTRATION,
    identity.EndSessions: _ADMINISTRATION,
    calendars.SetCalendarYear: _ADMINISTRATION,
    correlation.SendMessage: [[may_send_messages], [is_system]],
    correlation.CorrelateMessage: _SYSTEM,
    correlation.NoteDelivery: _SYSTEM,
    correlation.KeepMessage: _ADMINISTRATION,
    correlation.DiscardMessage: _ADMINISTRATION,
    definitions.PublishVersion: _SYSTEM,
    definitions.ProposeVersion: _OWNERS,
    definitions.ApproveVersion: [[may_approve]],
    definitions.RejectProposal: [[may_approve]],
    definitions.WithdrawProposal: _OWNERS,
    definitions.PutInForce: _SYSTEM,
    definitions.TakeBackVersion: [[may_approve]],
    definitions.StopStarts: _OWNERS,
    definitions.ResumeStarts: _OWNERS,
    definitions.RetireDefinition: _OWNERS,
    instances.StartCase: [[may_start], [is_system]],
    instances.DeliverResult: _SYSTEM,
    instances.DeliverError: _SYSTEM,
    instances.DeliverMessage: _SYSTEM,
    instances.FireTimer: _SYSTEM,
    instances.ReportCallFailure: _SYSTEM,
    instances.CancelCase: [[is_starter], [is_process_owner], [is_system]],
    instances.RetryIncident: _ADMINISTRATION,
    tasks.ClaimTask: [[is_addressed]],
    tasks.ReleaseTask: [[is_addressed]],
    tasks.CompleteTask: [[is_addressed]],
    tasks.RemindTask: _SYSTEM,
    tasks.ReaddressTask: _ADMINISTRATION,
    jobs.FinishJob: _SYSTEM,
    jobs.ReportJobFailure: _SYSTEM,
    jobs.RetryJob: _ADMINISTRATION,
    ledgers.TakeNumbers: _SYSTEM,
    ledgers.VoidNumbers: _SYSTEM,
}


class NotAllowed(Refusal):
    """Expected somebody who may do this; your posts do not include it. Ask the administrator for the post."""


class NothingHere(Conflict):
    """Expected something that you may see under this address, found nothing."""

    status = 404


def authorise(command: Command, step: Step) -> None:
    """Raises NotAllowed where the actor may not ask this, NothingHere where the actor may not even see it."""
    seen = actor_of(step)
    for alternative in PERMISSIONS[type(command)]:
        if all(predicate(seen, command, step) for predicate in alternative):
            return
    if not _sees(command, step, seen):
        raise NothingHere(actor=step.actor.person)
    raise NotAllowed()


def actor_of(step: Step) -> Seen:
    """The actor of a step as its posts stand today; what was seen becomes part of the entry."""
    if step.actor == SYSTEM:
        return Seen(person=SYSTEM.person, active=True)
    return from_observation(step.actor.person, step.observe("actor", person=step.actor.person))


def _sees(command: Command, step: Step, seen: Seen) -> bool:
    if command.kind != "instance" or command.stream() is None:
        return True
    return bool(step.observe("sees", person=seen.person, instance=step.stream))
