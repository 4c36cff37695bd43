"""One-line facts about an actor and what a command aims at."""

from __future__ import annotations

from typing import Any

from engine.identity.seen import ADMINISTRATOR, Seen
from engine.instances import tables as cases
from engine.messages import SYSTEM
from engine.step import Step
from engine.tasks import tables as tasks


def is_system(seen: Seen, command: Any, step: Step) -> bool:
    """The engine itself asks: a job, or set-up on the command line."""
    return seen.person == SYSTEM.person


def is_administrator(seen: Seen, command: Any, step: Step) -> bool:
    """The person administers persons, posts and incidents."""
    return seen.active and ADMINISTRATOR in seen.roles


def is_process_owner(seen: Seen, command: Any, step: Step) -> bool:
    """The person owns process definitions."""
    return seen.owns_processes


def may_approve(seen: Seen, command: Any, step: Step) -> bool:
    """The person approves process definitions; that it is not the proposer, the handler says."""
    return seen.may_approve


def may_start(seen: Seen, command: Any, step: Step) -> bool:
    """The version in force lets one of the person's roles start it, or everybody who does business."""
    version = step.observe("current_version", definition=command.definition)
    if version is None or not seen.active or command.parent is not None or command.instance is not None:
        return False
    return seen.starts(version["starters"])


def may_send_messages(seen: Seen, command: Any, step: Step) -> bool:
    """The account of a program that speaks for another system, or a person who owns process definitions."""
    return seen.sends_messages


def is_starter(seen: Seen, command: Any, step: Step) -> bool:
    """The person started the case."""
    case = step.find(cases.instances, step.stream)
    return seen.active and case is not None and case["starter"] == seen.person


def is_addressed(seen: Seen, command: Any, step: Step) -> bool:
    """The task is addressed to the person, or to a post that the person holds today."""
    item = step.find(tasks.work_items, f"{command.task}.1")
    if item is None or not seen.active:
        return False
    if item["person"] is not None:
        return bool(item["person"] == seen.person)
    return (item["role"], item["office"]) in seen.posts
