"""`docs/server-configuration.md`, made from the settings model: the page cannot say what the model does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from hospital.settings import FILE_NAME, Settings

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

_HEAD = f"""# The server's settings

`overread-server` reads one TOML file: the one named by `--config`, else `{FILE_NAME}` in the data folder, else the defaults below.
`overread-server check --data DIR` validates it and says what is wrong, key by key. Paths in the file count from its own folder.
This page is made from the settings model (`overread-server check --page`); a test fails where the two differ.
"""


def page() -> str:
    """The whole page as Markdown."""
    parts = [_HEAD]
    for name, field in Settings.model_fields.items():
        section = field.annotation
        assert isinstance(section, type)
        parts.append(_section(name, section))
    return "\n".join(parts)


def _section(name: str, section: type[BaseModel]) -> str:
    says = (section.__doc__ or "").strip()
    rows = [
        f"| `{key}` | {_default(field)} | {_bounds(section, key)} | {field.description} |" for key, field in section.model_fields.items()
    ]
    return "\n".join([f"## [{name}]", "", says, "", "| key | default | allowed | meaning |", "|---|---|---|---|", *rows, ""])


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is None:
        return "absent"
    return f"`{json.dumps(str(value) if isinstance(value, Path) else value, ensure_ascii=False)}`"


def _bounds(section: type[BaseModel], key: str) -> str:
    facts = section.model_json_schema()["properties"][key]
    facts = next((one for one in facts.get("anyOf", []) if one.get("type") != "null"), facts)
    if "enum" in facts:
        return ", ".join(f"`{one}`" for one in facts["enum"])
    if "minimum" in facts:
        return f"{facts['minimum']} to {facts['maximum']}"
    if facts.get("format") == "path":
        return "path"
    if facts["type"] == "array":
        return "list of text"
    return f"text, at most {facts['maxLength']} characters" if "maxLength" in facts else "text"
