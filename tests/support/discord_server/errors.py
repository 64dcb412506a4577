"""Discord's error responses: https://docs.discord.com/developers/reference."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
Path: TypeAlias = tuple[str | int, ...]


class ApiError(Exception):
    """An error response: an HTTP status and Discord's JSON of code, message and nested errors."""

    def __init__(
        self, status: int, code: int, message: str, errors: Json | None = None, **more: Any
    ) -> None:
        super().__init__(f"{status} {code} {message} {errors or ''}".strip())
        self.status, self.code = status, code
        self.body: Json = {"message": message, "code": code} | more
        if errors:
            self.body["errors"] = errors


def unknown(what: str) -> ApiError:
    """Return the 404 error for an object that doesn't exist or that the bot can't see."""
    codes = {
        "Application": 10002,
        "Channel": 10003,
        "Guild": 10004,
        "Member": 10007,
        "Message": 10008,
        "Role": 10011,
        "Webhook": 10015,
        "interaction": 10062,
        "Application Command": 10063,
    }
    return ApiError(404, codes[what], f"Unknown {what}")


def unauthorized() -> ApiError:
    return ApiError(401, 0, "401: Unauthorized")


def missing_access() -> ApiError:
    return ApiError(403, 50001, "Missing Access")


def missing_permissions() -> ApiError:
    return ApiError(403, 50013, "Missing Permissions")


@dataclass
class Validator:
    """Collects the errors in a body, each with the path at which Discord reports it."""

    path: Path = ()
    faults: list[tuple[Path, str, str]] = field(default_factory=list)

    def at(self, *keys: str | int) -> "Validator":
        """Return a validator for a deeper place in the same body."""
        return Validator((*self.path, *keys), self.faults)

    def wrong(self, code: str, message: str) -> None:
        self.faults.append((self.path, code, message))

    def refuse_if_wrong(self) -> None:
        """Raise ApiError with code 50035 and all collected errors, if there are any."""
        if self.faults:
            raise ApiError(400, 50035, "Invalid Form Body", nested(self.faults))

    def text(
        self, body: Json, key: str, low: int, high: int, *, required: bool = True
    ) -> str | None:
        """Return the string at a key; it must have `low` to `high` characters (code points)."""
        here, value = self.at(key), body.get(key)
        if value is None:
            if required:
                here.wrong("BASE_TYPE_REQUIRED", "This field is required")
            return None
        if not isinstance(value, str):
            here.wrong("STRING_TYPE_CONVERT", f'Could not interpret "{value}" as string.')
            return None
        here.length(len(value) if value.strip() else 0, low, high)
        return value

    def length(self, size: int, low: int, high: int) -> None:
        if size > high and not low:
            self.wrong("BASE_TYPE_MAX_LENGTH", f"Must be {high} or fewer in length.")
        elif not low <= size <= high:
            self.wrong("BASE_TYPE_BAD_LENGTH", f"Must be between {low} and {high} in length.")

    def items(
        self, body: Json, key: str, low: int, high: int, *, required: bool = False
    ) -> list[Json]:
        """Return the objects in the list at a key; there must be `low` to `high` of them."""
        here, value = self.at(key), body.get(key)
        if value is None:
            if required:
                here.wrong("BASE_TYPE_REQUIRED", "This field is required")
            return []
        if not isinstance(value, list):
            here.wrong("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return []
        here.length(len(value), low, high)
        for index, item in enumerate(value):
            if not isinstance(item, dict):
                here.at(index).wrong("MODEL_TYPE_CONVERT", "Only dictionaries may be used")
        return [item for item in value if isinstance(item, dict)]

    def number(
        self, body: Json, key: str, low: int, high: int, *, required: bool = False
    ) -> int | None:
        """Return the whole number at a key; it must be between `low` and `high`."""
        here, value = self.at(key), body.get(key)
        if value is None:
            if required:
                here.wrong("BASE_TYPE_REQUIRED", "This field is required")
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            here.wrong("NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
            return None
        if value < low:
            here.wrong("NUMBER_TYPE_MIN", f"int value should be greater than or equal to {low}.")
        if value > high:
            here.wrong("NUMBER_TYPE_MAX", f"int value should be less than or equal to {high}.")
        return value

    def flag(self, body: Json, key: str) -> bool:
        """Return the bool at a key, False if it is absent or null."""
        value = body.get(key)
        if value is not None and not isinstance(value, bool):
            self.at(key).wrong("BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
        return value is True

    def within(self, body: Json, key: str) -> Json | None:
        """Return the object at a key, or None; report anything else as an error."""
        value = body.get(key)
        if value is not None and not isinstance(value, dict):
            self.at(key).wrong("MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
            return None
        return value

    def one_of(self, body: Json, key: str, allowed: Collection[int]) -> int | None:
        """Return the value at a key; it must be one of those allowed."""
        value = body.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value not in allowed:
            known = ", ".join(str(choice) for choice in sorted(allowed))
            self.at(key).wrong("BASE_TYPE_CHOICES", f"Value must be one of {{{known}}}.")
            return None
        return value


def nested(faults: list[tuple[Path, str, str]]) -> Json:
    """Return Discord's tree of errors: keys and indexes are strings, the leaves are `_errors`."""
    tree: Json = {}
    for path, code, message in faults:
        leaf = tree
        for step in path:
            leaf = leaf.setdefault(str(step), {})
        leaf.setdefault("_errors", []).append({"code": code, "message": message})
    return tree
