"""Small models for the gate, and where other people's are found."""

from __future__ import annotations

import os
from pathlib import Path

PROCESS = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bihuan="urn:bihuan:bpmn:1" id="d" '
    'targetNamespace="x"><process id="p" isExecutable="true">{body}</process></definitions>'
)


def model(body: str) -> bytes:
    """A file with one executable process of this content."""
    return PROCESS.format(body=body).encode()


def suite(name: str) -> Path | None:
    """The folder of a public suite, found through the variable CONFORMANCE; None where there is none."""
    folder = os.environ.get("CONFORMANCE")
    return Path(folder) / name if folder else None
