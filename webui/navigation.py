"""The places at the left, as data: what a person with certain posts finds."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import request, url_for

from engine.identity.seen import ADMINISTRATOR, APPROVER, AUDITOR, OWNER, Seen
from webui.texts import t


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the menu."""

    code: str
    endpoint: str
    arguments: dict[str, str] = {}
    #: Roles that find it; None for everybody who does business.
    roles: frozenset[str] | None = None


GROUPS: list[tuple[str, list[Place]]] = [
    (
        "nav.work",
        [
            Place(code="nav.todo", endpoint="inbox.show", arguments={"view": "todo"}),
            Place(code="nav.done", endpoint="inbox.show", arguments={"view": "done"}),
            Place(code="nav.started", endpoint="inbox.show", arguments={"view": "started"}),
        ],
    ),
    ("nav.look", [Place(code="nav.cases", endpoint="cases.listing")]),
    (
        "nav.process",
        [
            Place(code="nav.start", endpoint="start.listing"),
            Place(code="nav.drafts", endpoint="drafts.listing", roles=frozenset({OWNER})),
            Place(
                code="nav.approvals", endpoint="publishing.approvals", roles=frozenset({OWNER, APPROVER, AUDITOR})
            ),
            Place(code="nav.messages", endpoint="messages.listing", roles=frozenset({OWNER, AUDITOR})),
        ],
    ),
    (
        "nav.audit",
        [
            Place(code="nav.audit-cases", endpoint="audit.cases", roles=frozenset({AUDITOR})),
            Place(code="nav.refusals", endpoint="history.refusals", roles=frozenset({AUDITOR})),
            Place(code="nav.proof", endpoint="proof.installation", roles=frozenset({AUDITOR})),
            Place(code="nav.access", endpoint="audit.accesses", roles=frozenset({AUDITOR})),
        ],
    ),
    (
        "nav.administration",
        [
            Place(code="nav.people", endpoint="people.listing", roles=frozenset({ADMINISTRATOR})),
            Place(code="nav.incidents", endpoint="incidents.listing", roles=frozenset({ADMINISTRATOR})),
            Place(code="nav.messages", endpoint="messages.listing", roles=frozenset({ADMINISTRATOR})),
        ],
    ),
]


def places(seen: Seen, counts: dict[str, int]) -> list[dict[str, Any]]:
    """The menu of one person: groups with places, their counts and which one is open."""
    groups = []
    for code, listed in GROUPS:
        found = [_place(place, counts) for place in listed if _finds(place, seen)]
        if found:
            groups.append({"label": t(code), "places": found})
    return groups


def _finds(place: Place, seen: Seen) -> bool:
    return seen.does_business if place.roles is None else bool(place.roles & seen.roles)


def _place(place: Place, counts: dict[str, int]) -> dict[str, Any]:
    arguments: dict[str, Any] = dict(place.arguments)
    here = request.endpoint == place.endpoint and all(
        (request.view_args or {}).get(key, request.args.get(key)) == value for key, value in place.arguments.items()
    )
    return {
        "label": t(place.code),
        "url": url_for(place.endpoint, **arguments),
        "count": counts.get(place.code),
        "current": here,
    }
