"""What one may ask about process definitions."""

from __future__ import annotations

from engine.messages import Command


class DefinitionCommand(Command, frozen=True, kw_only=True):
    """Touches the stream of one definition."""

    kind = "definition"
    definition: str

    def stream(self) -> str:
        return f"definition:{self.definition}"


class PublishVersion(DefinitionCommand, frozen=True, kw_only=True):
    """Put a checked package in force at once, without a second person: demonstration and development only."""

    #: Digest of the package in the store.
    package: str


class ProposeVersion(DefinitionCommand, frozen=True, kw_only=True):
    """Ask a second person to approve a package that the gate has passed and whose stories end as they are told."""

    #: Digest of the package in the store.
    package: str
    note: str = ""
    #: When it shall be in force, as the database spells moments; None for at once.
    in_force_at: str | None = None
    #: The version from which the draft began, and who saved its last revision.
    base: str | None = None
    saved_by: str | None = None


class ApproveVersion(DefinitionCommand, frozen=True, kw_only=True):
    """Approve what another person proposed: it is published at once, or at its date."""

    proposal: str


class RejectProposal(DefinitionCommand, frozen=True, kw_only=True):
    """Send a proposal back with a reason."""

    proposal: str
    reason: str


class WithdrawProposal(DefinitionCommand, frozen=True, kw_only=True):
    """Take a proposal back before anybody has decided."""

    proposal: str


class PutInForce(DefinitionCommand, frozen=True, kw_only=True):
    """Put a dated version in force, its date being there."""

    version_id: str


class TakeBackVersion(DefinitionCommand, frozen=True, kw_only=True):
    """Take an approved version back before its date."""

    version_id: str
    reason: str


class StopStarts(DefinitionCommand, frozen=True, kw_only=True):
    """Let nobody start new cases for a while; other processes may still call it."""

    reason: str


class ResumeStarts(DefinitionCommand, frozen=True, kw_only=True):
    """Let new cases be started and called again."""


class RetireDefinition(DefinitionCommand, frozen=True, kw_only=True):
    """End the use of a process: no new starts and no calls; cases that run go on to their end."""

    reason: str
