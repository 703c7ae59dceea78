"""The bare page that pages are measured against: Flask, one template with inheritance and a loop, no database."""

from __future__ import annotations

from flask import Flask, render_template

BASE = """<!doctype html><html lang="en"><head><title>{% block title %}{% endblock %}</title></head>
<body><header><nav><ul>{% for item in items %}<li><a href="/{{ loop.index }}">{{ item }}</a></li>{% endfor %}</ul></nav>
</header><main>{% block main %}{% endblock %}</main></body></html>"""
PAGE = """{% extends "base.html" %}{% block title %}Bare{% endblock %}
{% block main %}<h1>Bare</h1>{% for row in rows %}<p>{{ row }}</p>{% endfor %}{% endblock %}"""


def create_app() -> Flask:
    """A page of about nine kilobytes, like ours."""
    from jinja2 import DictLoader

    app = Flask("bare")
    app.jinja_loader = DictLoader({"base.html": BASE, "page.html": PAGE})
    rows = ["Turn the printer off. Open the lid. Lift the roll out. " * 3] * 50

    @app.get("/")
    def page() -> str:
        return render_template("page.html", items=["Guides", "Requests", "Status", "Sign in"], rows=rows)

    return app
