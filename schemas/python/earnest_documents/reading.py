"""Reads JSON strictly (RFC 8259 as RFC 7493, I-JSON, narrows it): what `json.loads` lets pass is refused here."""

import json
import math
import re
from typing import Any, NoReturn

MAX_SAFE_INTEGER = 2**53 - 1

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_SPACE = re.compile(r"[ \t\r\n]*")
_WORDS = {"true": True, "false": False, "null": None}


class DocumentError(Exception):
    """A document that is refused: a stable code, the JSON pointer of the member at fault, what was found."""

    def __init__(self, code: str, at: str, message: str) -> None:
        super().__init__(f"{code}{' at ' + at if at else ''}: {message}")
        self.code = code
        self.at = at


def pointer(path: tuple[str | int, ...]) -> str:
    """The JSON pointer (RFC 6901) of a path."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def read(source: str | bytes, max_bytes: int = 64 * 1024, max_depth: int = 32) -> Any:
    """Reads one JSON value and nothing after it."""
    try:
        data = source.encode() if isinstance(source, str) else source
        if len(data) > max_bytes:
            raise DocumentError("too-large", "", f"{len(data)} bytes")
        reader = _Reader(data.decode(), max_depth)
    except UnicodeError as error:
        raise DocumentError("not-utf8", "", "the text is not UTF-8") from error
    value = reader.value((), 0)
    reader.match(_SPACE)
    if reader.at != len(reader.text):
        reader.fail("syntax", (), "text after the end")
    return value


class _Reader:
    def __init__(self, text: str, max_depth: int) -> None:
        self.text = text
        self.max_depth = max_depth
        self.at = 0

    def fail(self, code: str, path: tuple[str | int, ...], message: str) -> NoReturn:
        raise DocumentError(code, pointer(path), f"{message} (character {self.at})")

    def match(self, pattern: re.Pattern[str]) -> str | None:
        found = pattern.match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        return found.group()

    def take(self, character: str) -> bool:
        self.match(_SPACE)
        if not self.text.startswith(character, self.at):
            return False
        self.at += 1
        return True

    def value(self, path: tuple[str | int, ...], depth: int) -> Any:
        self.match(_SPACE)
        character = self.text[self.at : self.at + 1]
        if character in ("{", "["):
            if depth == self.max_depth:
                self.fail("too-deep", path, "too many levels")
            self.at += 1
            return self.object(path, depth + 1) if character == "{" else self.array(path, depth + 1)
        if character == '"':
            return self.string(path)
        for word, value in _WORDS.items():
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return value
        return self.number(path)

    def array(self, path: tuple[str | int, ...], depth: int) -> list[Any]:
        items: list[Any] = []
        if self.take("]"):
            return items
        items.append(self.value((*path, 0), depth))
        while self.take(","):
            items.append(self.value((*path, len(items)), depth))
        if not self.take("]"):
            self.fail("syntax", path, "expected , or ]")
        return items

    def object(self, path: tuple[str | int, ...], depth: int) -> dict[str, Any]:
        members: dict[str, Any] = {}
        more = not self.take("}")
        while more:
            self.match(_SPACE)
            name = self.string(path)
            if not self.take(":"):
                self.fail("syntax", path, "expected :")
            if name in members:
                self.fail("duplicate-member", (*path, name), "a member stands twice")
            members[name] = self.value((*path, name), depth)
            more = self.take(",")
            if not more and not self.take("}"):
                self.fail("syntax", path, "expected , or }")
        return members

    def string(self, path: tuple[str | int, ...]) -> str:
        lexeme = self.match(_STRING)
        if lexeme is None:
            self.fail("syntax", path, "expected a string")
        text: str = json.loads(lexeme)
        for character in text:
            scalar = ord(character)
            if 0xD800 <= scalar <= 0xDFFF:
                self.fail("lone-surrogate", path, "half of a surrogate pair")
            if 0xFDD0 <= scalar <= 0xFDEF or scalar & 0xFFFE == 0xFFFE:
                self.fail("noncharacter", path, "a code point that is no character")
        return text

    def number(self, path: tuple[str | int, ...]) -> int | float:
        lexeme = self.match(_NUMBER)
        if lexeme is None:
            self.fail("syntax", path, "expected a value")
        whole = re.fullmatch(r"-?[0-9]+", lexeme) is not None
        value = float(lexeme)
        digits = re.sub(r"[-.]", "", re.split(r"[eE]", lexeme)[0]).lstrip("0")
        unsafe = abs(value) > MAX_SAFE_INTEGER and (whole or abs(value) < 1e21)
        if not math.isfinite(value) or (value == 0 and digits) or unsafe:
            self.fail("number-range", path, lexeme[:40])
        if not whole and len(digits.rstrip("0")) > 15:
            self.fail("number-precision", path, lexeme[:40])
        return int(lexeme) if whole else value
