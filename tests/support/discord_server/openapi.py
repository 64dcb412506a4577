"""Optional checks of request bodies against Discord's own OpenAPI description.

A body that the loopback Discord accepts but the description forbids is recorded as an error.
"""

import json
import os
from importlib import import_module, util
from pathlib import Path
from typing import Any, Self

VARIABLE = "CROSSROADS_DISCORD_OPENAPI"
"""The variable with the path of Discord's openapi.json (API v10); jsonschema must be installed."""


class SchemaCheck:
    """Validates request bodies by method and path; the names of path parameters don't matter."""

    def __init__(self, description: dict[str, Any]) -> None:
        jsonschema: Any = import_module("jsonschema")
        self._by_path: dict[tuple[str, str], Any] = {}
        components = {"components": description["components"]}
        for path, methods in description["paths"].items():
            for method, operation in methods.items():
                if method == "parameters" or "requestBody" not in operation:
                    continue
                content = operation["requestBody"]["content"]
                if "application/json" in content:
                    schema = content["application/json"]["schema"] | components
                    validator = jsonschema.Draft202012Validator(schema)
                    self._by_path[method.upper(), shape(path)] = validator

    @classmethod
    def available(cls) -> Self | None:
        """Return the check, or None if the variable names no file or jsonschema isn't installed."""
        name = os.environ.get(VARIABLE)
        if not name or not Path(name).is_file() or util.find_spec("jsonschema") is None:
            return None
        return cls(json.loads(Path(name).read_text(encoding="utf-8")))

    def faults(self, method: str, path: str, body: Any) -> list[str]:
        """Return the schema's errors for a body; an empty list for a route without a schema."""
        validator = self._by_path.get((method, shape(path)))
        if validator is None:
            return []
        body = with_text_ids(body)
        best = import_module("jsonschema.exceptions").best_match(validator.iter_errors(body))
        if best is None:
            return []
        return [f"schema of {method} {path}: {best.json_path}: {best.message[:300]}"]


def with_text_ids(body: Any) -> Any:
    """Return a body with attachment ids as text, because Discord accepts numbers as well."""
    if isinstance(body, list):
        return [with_text_ids(part) for part in body]
    if not isinstance(body, dict):
        return body
    changed = {key: with_text_ids(value) for key, value in body.items()}
    for entry in changed.get("attachments") or []:
        if isinstance(entry, dict) and isinstance(entry.get("id"), int):
            entry["id"] = str(entry["id"])
    return changed


def shape(path: str) -> str:
    """Return a path with {} for every parameter."""
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))
