"""The defects of the library, shown one by one; a module registers its rows where it is imported."""

from tests.second.shown import depth, errors, joins, tasks

__all__ = ["depth", "errors", "joins", "tasks"]
