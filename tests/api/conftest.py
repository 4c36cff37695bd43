"""A served city for the clients of the API."""

from tests.acceptance.conftest import served

__all__ = ["served"]
