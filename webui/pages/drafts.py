"""The processes of owners: the list, new ones, those from outside, saved revisions, export."""

from __future__ import annotations

import itertools
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage

from engine.definitions import drafts, importing, package, queries, sight
from engine.definitions.compiled import compiled
from engine.definitions.errors import DefinitionUnknown
from engine.errors import BihuanError
from engine.identity import queries as identity
from webui import findings, owners
from webui.actor import engine
from webui.packages import translator
from webui.pages.publishing import number_of

bp = Blueprint("drafts", __name__, url_prefix="/processes")
bp.before_request(owners.owners_only)


@bp.get("")
def listing() -> str:
    """Every process: what is in force, and who changes it."""
    return _list()


@bp.post("")
def create() -> Any:
    """A new process, copied from the example."""
    definition, title = _asked()
    try:
        example = package.read_folder(engine().settings.processes / "example")
        files = importing.renamed(example.files, (example.id, example.title), (definition, title or definition))
        return _begun(definition, files)
    except BihuanError as failed:
        return _list(failed, typed="new"), failed.status


@bp.post("/import")
def bring() -> Any:
    """A draft from a file of another place, with a report of what became of it."""
    upload = request.files.get("file")
    try:
        definition, brought = _brought(upload)
        drafts.begin(engine(), definition, owners.person(), brought.files)
    except importing.ImportRefused as refused:
        said = [findings.told(one) for one in refused.findings]
        return render_template("owner/import.html", failed=owners.told(refused), findings=said), refused.status
    except BihuanError as failed:
        return _list(failed, typed="import"), failed.status
    return render_template(
        "owner/import.html", definition=definition, report=[one for one in brought.report if one.kind != "role"]
    )


def _brought(upload: FileStorage | None) -> tuple[str, importing.Imported]:
    """The id of the process and its files; raises ImportRefused, PackageInvalid, ProcessNameRefused."""
    definition, title = _asked()
    body = upload.stream.read(package.MOST_BYTES + 1) if upload is not None else b""
    name = (upload.filename if upload is not None else None) or ""
    if not name.lower().endswith(".zip"):
        definition = definition or importing.key(name.rpartition(".")[0])
        drafts.checked_name(definition)
        return definition, importing.of_diagram(body, definition, title or definition)
    brought = importing.of_zip(body)
    old = sight.about(brought.files)
    if definition and old.definition and old.definition != definition:
        files = importing.renamed(brought.files, (old.definition, old.title), (definition, title or old.title))
        brought = importing.Imported(files=files, report=brought.report)
    return definition or old.definition, brought


@bp.post("/<definition>/draft")
def begin(definition: str) -> Any:
    """Goes on with the draft, or begins one from the version in force."""
    drafts.begin(engine(), definition, owners.person())
    return redirect(url_for("drafts_editor.edit", definition=definition))


@bp.post("/<definition>/discard")
def discard(definition: str) -> Any:
    """Forgets the draft; the versions stay."""
    drafts.discard(engine(), definition, owners.person())
    return redirect(url_for("drafts.listing"))


@bp.get("/<definition>/revisions")
def history(definition: str) -> str:
    """Every saved revision of the draft, with the files that it changed."""
    draft = owners.draft_of(definition)
    with engine().database.reading() as connection:
        found = drafts.revisions(connection, definition)[:100]
        names = identity.names(connection, {one.saved_by for one in found})
    bodies = [one.files(engine().store) for one in found]
    changed = [owners.differing(*pair) for pair in itertools.pairwise(bodies)]
    title = sight.about(bodies[0]).title or definition
    rows = list(zip(found, [*changed, []], strict=False))
    return render_template("owner/revisions.html", draft=draft, title=title, rows=rows, names=names)


@bp.post("/<definition>/revisions/<revision>")
def go_back(definition: str, revision: str) -> Any:
    """The content of an old revision as a new one."""
    drafts.go_back(engine(), definition, owners.person(), int(revision) if revision.isdecimal() else 0)
    return redirect(url_for("drafts_editor.edit", definition=definition))


@bp.get("/<definition>/package.zip")
def export(definition: str) -> Response:
    """A version, or the draft, as a zip that ``bihuan deploy`` takes; without a wish, what is in force."""
    wanted = request.args.get("version", "")
    with engine().database.reading() as connection:
        version = queries.current(connection, definition)
        if wanted.isdecimal():
            version = queries.numbered(connection, definition, int(wanted))
    if wanted == "draft" or (not wanted and version is None):
        draft = owners.draft_of(definition)
        return _zip(engine().store.get(draft.digest), f"{definition}-draft-{draft.revision}")
    if version is None:
        raise DefinitionUnknown(definition=definition)
    return _zip(engine().store.get(version.package), f"{definition}-{version.number}")


@bp.post("/<definition>/draft/mine.zip")
def mine(definition: str) -> Response:
    """What the editor holds, saved or not, as a zip: nobody's work is lost to a conflict."""
    state = owners.sent(request.form.get("state", "").encode())
    files = drafts.checked_files(owners.files_as_sent(definition, state))
    return _zip(package.zipped(files), f"{definition}-mine")


def _zip(body: bytes, name: str) -> Response:
    response = Response(body, mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    return response


def _asked() -> tuple[str, str]:
    return request.form.get("definition", "").strip(), request.form.get("title", "").strip()[:100]


def _begun(definition: str, files: dict[str, bytes]) -> Any:
    drafts.begin(engine(), definition, owners.person(), files)
    return redirect(url_for("drafts_editor.edit", definition=definition))


def _list(failed: BihuanError | None = None, typed: str = "") -> str:
    with engine().database.reading() as connection:
        found = {draft.definition: draft for draft in drafts.listing(connection)}
        versions = {version.definition: version for version in queries.in_force(connection)}
        bases = {one.base: queries.version(connection, one.base) for one in found.values() if one.base}
        decided = queries.decided_lately(connection, owners.person(), engine().clock.now())
        people = {draft.saved_by for draft in found.values()} | {one.decided_by for one in decided if one.decided_by}
        names = identity.names(connection, people)
    titles = {
        key: translator(compiled(engine().store, versions[key].package).package)(versions[key].title)
        if key in versions
        else sight.about(found[key].files(engine().store)).title or key
        for key in found.keys() | versions.keys()
    }
    return render_template(
        "owner/list.html", keys=sorted(titles), titles=titles, drafts=found, versions=versions, names=names,
        bases=bases,
        decided=decided, number_of=number_of, failed=owners.told(failed) if failed else None,
        typed=request.form if typed else {}, which=typed,
    )  # fmt: skip
