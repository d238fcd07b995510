"""What every model of a document shares: members are closed, types are strict, what may be absent is never null."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator


def whole(value: Any) -> Any:
    """Takes 3.0 for 3, as JSON Schema does."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def moment(value: str) -> str:
    """Refuses a day that its month does not have."""
    datetime.fromisoformat(value)
    return value


def distinct(values: list[Any]) -> list[Any]:
    """Refuses an item that stands twice."""
    if any(value in values[:index] for index, value in enumerate(values)):
        raise ValueError("expected items that all differ")
    return values


Whole = Annotated[int, BeforeValidator(whole)]


class Part(BaseModel):
    """An object within a document."""

    model_config = ConfigDict(strict=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _no_nulls(cls, members: Any) -> Any:
        if isinstance(members, dict):
            null = [name for name, value in members.items() if value is None and not name.startswith("x-")]
            if null:
                raise ValueError(f"expected a value or no member, found null at {null[0]}")
        return members


class Document(Part):
    """A document. Its makers may add members whose names begin `x-`."""

    model_config = ConfigDict(strict=True, extra="allow")

    @model_validator(mode="after")
    def _known_members(self) -> "Document":
        unknown = [name for name in self.model_extra or {} if not name.startswith("x-")]
        if unknown:
            raise ValueError(f"expected a member of this kind, found {unknown[0]}")
        return self
