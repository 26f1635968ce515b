"""HTML from templates: what is put into one is escaped, unless it is `Markup`. The only door to jinja2."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parents[1]),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    auto_reload=False,
)


def rendered(name: str, **values: object) -> str:
    """The template `name`, such as "web/faq/templates/page.html.jinja", filled in."""
    return _TEMPLATES.get_template(name).render(values)
