"""The application for servers of many processes: ``webui.wsgi:app``; schema and workers are the business of others."""

from __future__ import annotations

from whitenoise import WhiteNoise

from engine.dispatch import Engine
from engine.settings import from_environment
from webui import create_app

app = WhiteNoise(create_app(Engine(from_environment())).wsgi_app)
