"""HTML pages from templates: what a roster says is never taken for markup, and a misspelt word is no empty place."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template


@cache
def read_template(file: Path) -> Template:
    """Read the template of a page; it is made a program of, which takes longer than to fill it."""
    environment = Environment(
        loader=FileSystemLoader(file.parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(file.name)
