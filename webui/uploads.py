"""Files that come with a request: stored by digest, their type found by their content, before the form counts."""

from __future__ import annotations

import copy
from typing import Any

from flask import request
from werkzeug.datastructures import FileStorage

from engine import forms
from engine.documents import uploads
from engine.values import File
from webui.actor import engine, session


def keep(file: FileStorage) -> File:
    """Stores one file of the request; raises FileTooLarge, FileTypeRefused, FileEmpty."""
    body = file.stream.read(engine().settings.file_limit + 1)
    found = uploads.examine(file.filename or "", body, engine().settings.file_limit)
    engine().store.put(body)
    with engine().database.writing() as connection:
        uploads.note(connection, found, session().person.id, engine().clock.now())
    return found


def receive(form: forms.Form, state: forms.Posted) -> forms.Posted:
    """*state* with the files that came with the form itself (a browser without scripts) added to their fields."""
    found = copy.deepcopy(state.values)
    for name, sent in request.files.items(multi=True):
        if sent.filename:
            place: Any = found
            *way, key = name.split("-")
            for part in way:
                place = place[int(part)] if isinstance(place, list) else place.setdefault(part, {})
            place[key] = [*(place.get(key) or []), forms.refer(keep(sent))]
    return forms.Posted(found, state.unknown)
