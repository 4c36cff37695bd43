"""Exports of cases for tests: a case that has everything, its files, and the verifier that lies in them."""

from __future__ import annotations

import importlib.util
import io
import shutil
import subprocess
import sys
import zipfile
from types import ModuleType
from typing import Any

import pytest

from engine.history import seals
from engine.history.export import VERIFIER, export
from tests.driver import City

Files = dict[str, bytes]


def verifier() -> ModuleType:
    """The verifier as the file that lies in every export."""
    spec = importlib.util.spec_from_file_location("offline_verify", VERIFIER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


OFFLINE = verifier()


def bare_python() -> list[str]:
    """The oldest Python here, without anything installed: not even its site-packages."""
    for name in ("python3.8", "python3.9", "python3.10"):
        found = shutil.which(name)
        if found and subprocess.run([found, "-c", ""], capture_output=True).returncode == 0:
            return [found, "-I", "-S"]
    return [sys.executable, "-I", "-S"]


def files_of(body: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def exported(city: City, case: str, **asked: Any) -> Files:
    target = io.BytesIO()
    export(city.engine, case, target, person="auditor", **asked)
    return files_of(target.getvalue())


def found_in(files: Files, **asked: str) -> list[dict[str, Any]]:
    return list(OFFLINE.Verification(files, **asked).run())


@pytest.fixture
def case(city: City) -> str:
    """A case with called cases, documents and a long text, sealed on the way and afterwards."""
    case = city.start("caller", by="party-clerk", month="2026-11")
    seals.seal(city.engine)
    for unit, words in (("huimin", "好"), ("yangxin", "好" * 1_000)):
        city.complete(f"{unit}-clerk", "report", {"text": words}, unit=unit)
    return case


@pytest.fixture
def files(city: City, case: str) -> Files:
    return exported(city, case)
