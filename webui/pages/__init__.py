"""The pages: one module per place, one blueprint each."""

import webui.pages.audit as audit
import webui.pages.cases as cases
import webui.pages.documents as documents
import webui.pages.health as health
import webui.pages.history as history
import webui.pages.inbox as inbox
import webui.pages.incidents as incidents
import webui.pages.language as language
import webui.pages.people as people
import webui.pages.replay as replay
import webui.pages.sign_in as sign_in
import webui.pages.start as start
import webui.pages.tasks as tasks

BLUEPRINTS = [
    module.bp
    for module in (
        audit, cases, documents, health, history, inbox, incidents, language, people, replay, sign_in, start, tasks,
    )
]  # fmt: skip
