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
