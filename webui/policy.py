"""Content security policies: one for all pages, a wider one for authoring, one for what stands in a frame of ours."""

from __future__ import annotations

#: One policy for all staff pages: nothing from elsewhere, nothing inline.
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self' data:; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

#: For the three authoring pages: the drawing libraries write styles into elements. Scripts stay as strict.
AUTHORING = CSP.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'") + "; frame-src 'self'"

#: For the preview of a form, which stands in a frame of an authoring page.
FRAMED = CSP.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
