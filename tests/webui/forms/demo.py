"""A small application around one form, as the pages of tasks use it: draws, changes rows, judges, keeps drafts."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, render_template_string, request

from engine import forms
from engine.values import File
from webui import forms as fields
from webui import texts

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
FORM = forms.read((Path(__file__).parent / "every_kind.json").read_bytes())
DIAGRAM = (Path(__file__).parent / "small.bpmn").read_text()
RECORD = File(digest="d0", name="记录汇编.pdf", type="application/pdf", size=120_000)
SCOPE: dict[str, Any] = {
    "county": {"id": "hm", "name": "惠民*县"},
    "unit": "惠民县委",
    "limit": 100,
    "counties": [{"id": "bc", "name": "滨城区"}, {"id": "zh", "name": "沾化区"}],
    "items": [
        {"title": "谈心谈话记录不全", "no": "WT-1", "measure": "补齐三季度记录", "proof": [RECORD]},
        {"title": "重点任务推进慢于时序", "no": "WT-2", "measure": "调整节点"},
    ],
    "history": [{"round": 1, "who": "王岚", "at": date(2026, 11, 13)}],
}
MARKS = {"taken": ["Flow_1"], "done": ["Start_1"], "now": ["Task_1"], "incident": ["not drawn"]}
CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'"
PAGE = """
{% extends "base.html" %}
{% from "components/actions.html" import action, draft_state %}
{% from "components/diagram.html" import diagram %}
{% from "components/errors.html" import errors %}
{% block title %}核验整改{% endblock %}
{% block scripts %}{{ asset_tags("diagram") }}{% endblock %}
{% block page %}
{% if answers %}<pre id="answers">{{ answers }}</pre>{% endif %}
<form class="bh-card" method="post" action="/" enctype="multipart/form-data" novalidate data-draft-url="/draft">
<div class="in">{{ errors(lines) }}{{ fields }}</div>
<div class="bh-acts">{{ action("通过", "本件办结。", "_outcome", "pass", "primary") }}
{{ action("退回整改", "退回惠民县。", "_outcome", "return", "danger") }}{{ draft_state() }}</div></form>
<details id="picture"><summary>流程图</summary>{{ diagram("/diagram", "/marks") }}</details>
{% endblock %}
"""


def application() -> Flask:
    """The application; ``app.extensions["drafts"]`` holds what was saved."""
    app = Flask("webui", root_path=str(Path(fields.__file__).parent))
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    texts.install(app)
    files = {RECORD.digest: RECORD}
    drafts: list[dict[str, Any]] = []
    app.extensions["drafts"] = drafts

    def keep(sent: Any) -> File:
        body = sent.read()
        file = File(hashlib.sha256(body).hexdigest(), sent.filename, sent.mimetype, len(body))
        return files.setdefault(file.digest, file)

    def page() -> Any:
        state, errors, answers = forms.prefill(FORM, SCOPE, NOW), (), None
        if request.method == "POST":
            flat = request.form.to_dict(flat=False)
            for name, sent in request.files.items(multi=True):
                if sent.filename:
                    flat.setdefault(name, []).append(json.dumps(forms.refer(keep(sent))))
            state, action = forms.read_flat(FORM, flat), forms.action_in(flat)
            if action:
                state = forms.apply_action(FORM, state, action)
            else:
                answers, errors = judge(state)
        return draw(state, errors, answers), 422 if errors else 200

    def judge(state: forms.Posted) -> tuple[Any, Any]:
        outcome = request.form.get("_outcome")
        required = frozenset({"opinion"} if outcome == "return" else ())
        try:
            return forms.validate(FORM, state, SCOPE, now=NOW, files=files, outcome=outcome, required=required), ()
        except forms.AnswersInvalid as invalid:
            return None, invalid.errors

    def draw(state: forms.Posted, errors: Any, answers: Any) -> str:
        outcomes = {"return": "退回整改"}
        drawn = fields.render_fields(
            FORM, state, scope=SCOPE, now=NOW, errors=errors, upload_url="/upload", outcomes=outcomes,
            file_url=lambda digest: f"/files/{digest}",
        )  # fmt: skip
        lines = fields.error_lines(FORM, errors, outcomes=outcomes)
        return render_template_string(
            PAGE, fields=drawn, lines=lines, answers=answers, banner="演示环境", person={"name": "王岚"}, city="滨州市",
            navigation=[{"label": "办理", "places": [{"label": "待办", "url": "/", "count": 12, "current": True}]}],
            search_url="/", sign_out_url="/out", language_urls={"en": "/", "zh-CN": "/"},
        )  # fmt: skip

    def guarded(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = CSP
        return response

    def save() -> Any:
        drafts.append(forms.read_flat(FORM, request.form.to_dict(flat=False)).values)
        return {"saved": "16:20"}

    app.add_url_rule("/", "page", page, methods=["GET", "POST"])
    app.add_url_rule("/draft", "draft", save, methods=["POST"])
    app.add_url_rule("/upload", "upload", lambda: jsonify(forms.refer(keep(request.files["file"]))), methods=["POST"])
    app.add_url_rule("/diagram", "diagram", lambda: Response(DIAGRAM, mimetype="application/xml"))
    app.add_url_rule("/marks", "marks", lambda: MARKS)
    app.after_request(guarded)
    return app
