"""A served city for the clients of the API, and a browser for its page."""

from tests.acceptance.conftest import browser, phone, served

__all__ = ["browser", "phone", "served"]
