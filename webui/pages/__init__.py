"""The pages: one module per place, one blueprint each."""

import webui.pages.audit as audit
import webui.pages.cases as cases
import webui.pages.documents as documents
import webui.pages.drafts as drafts
import webui.pages.drafts_editor as drafts_editor
import webui.pages.health as health
import webui.pages.help as help_
import webui.pages.history as history
import webui.pages.inbox as inbox
import webui.pages.incidents as incidents
import webui.pages.language as language
import webui.pages.letters as letters
import webui.pages.messages as messages
import webui.pages.people as people
import webui.pages.proof as proof
import webui.pages.publishing as publishing
import webui.pages.replay as replay
import webui.pages.sign_in as sign_in
import webui.pages.start as start
import webui.pages.tasks as tasks
import webui.pages.trying as trying

BLUEPRINTS = [
    module.bp
    for module in (
        audit, cases, documents, drafts, drafts_editor, health, help_, history, inbox, incidents, language, letters,
        messages, people, proof, publishing, replay, sign_in, start, tasks, trying,
    )
]  # fmt: skip
