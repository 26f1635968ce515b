"""The tables of docs/settings.md, made of the models: `python -m tests.settings_page` writes them again."""

import re
from typing import Any

from pydantic.fields import FieldInfo

from chatbot.core.setting_types import limits
from chatbot.core.settings import SITE_TEXTS, BotSettings, ServerSettings, described, is_per_site
from tests.command import ROOT

PAGE = ROOT / "docs" / "settings.md"
HEADS = {
    BotSettings: "| setting | default | meaning | variable |\n|---|---|---|---|\n",
    ServerSettings: "| setting | default | meaning |\n|---|---|---|\n",
}


def with_tables(page: str) -> str:
    """`page` with a row for each setting in the place of the rows that it has."""
    for model, head in HEADS.items():
        rows = "".join(_row(name, field, model) for name, field in described(model).items())
        page, found = re.subn(rf"{re.escape(head)}(\|.*\n)*", lambda _, new=head + rows: new, page)
        assert found == 1, head
    return page


def _row(name: str, field: FieldInfo, model: type[BotSettings | ServerSettings]) -> str:
    default = field.get_default(call_default_factory=True)
    shown = "in the language of `lang`" if name in SITE_TEXTS else _shown(default, model)
    cells = [f"`{name}`", shown, f"{field.description}{_range(field)}"]
    if model is BotSettings:
        cells.append("no" if is_per_site(field) else f"`CHATBOT_{name.upper()}`")
    return f"| {' | '.join(cells)} |\n"


def _shown(default: Any, model: type[BotSettings | ServerSettings]) -> str:
    if default in ("", (), {}):
        return "none"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f'"{default}"' if isinstance(default, str) and model is BotSettings else str(default)


def _range(field: FieldInfo) -> str:
    if not any(hasattr(limit, "ge") for limit in field.metadata):
        return ""
    low, high = limits(field)
    return f"; from {low:,} to {high:,}"


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text("utf-8")), "utf-8")
