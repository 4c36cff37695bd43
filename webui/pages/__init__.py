"""The pages: one module per place, one blueprint each."""

from webui.pages import (
    cases,
    documents,
    health,
    history,
    inbox,
    incidents,
    language,
    people,
    sign_in,
    start,
    tasks,
)

BLUEPRINTS = [
    module.bp
    for module in (
        cases, documents, health, history, inbox, incidents, language, people, sign_in, start, tasks,
    )
]  # fmt: skip
