"""Forms: a package's form-js schema, read and checked; what is posted, validated; what a form shows at first."""

from engine.forms.definition import Component, Form
from engine.forms.errors import AnswersInvalid, FieldError, FormInvalid
from engine.forms.level import Level, Setting, open_level
from engine.forms.posted import Action, Posted, action_in, apply_action, read_flat, refer
from engine.forms.prefilling import prefill
from engine.forms.pruning import prune
from engine.forms.reading import check, read
from engine.forms.validation import validate, validate_values
from engine.forms.vocabulary import ATTRIBUTES

#: The kinds of components that a form may have.
KINDS = frozenset(ATTRIBUTES)

__all__ = [
    "KINDS", "Action", "AnswersInvalid", "Component", "FieldError", "Form", "FormInvalid", "Level", "Posted", "Setting",
    "action_in", "apply_action", "check", "open_level", "prefill", "prune", "read", "read_flat", "refer", "validate",
    "validate_values",
]  # fmt: skip
