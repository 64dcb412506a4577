"""Encoding of a button's click in the button's custom_id (Discord) or value (Slack).

A click is a call (a command with arguments) and the effect: run it, turn a page, or share.
``r|salary|role=ml`` runs a call. A longer call is compressed and written with 14 bits in each
character. Nothing is stored between clicks, so buttons work after a restart and on every instance.
A click that remembers an origin, to which Back returns, has the origin's call after ``||``, which
is left out if both are too long. What the call can't use, such as a place that a reply mentions,
has ``==`` before it and is left out last. If the call alone is still too long, adapters show a line
to type instead of a button.
"""

import re
import zlib
from dataclasses import replace

from bot.call import Call
from bot.former_names import current_call
from bot.presentation import Click, ClickKind

_COMPRESSED = "~"
_ORIGIN = "||"  # between two calls; within a call, a "|" is followed by an argument's name
_IGNORED = "=="  # before what a call can't use; within arguments, an "=" is escaped
_BITS_PER_CHARACTER = 14
# The 2**14 characters from here on are assigned, don't combine and aren't normalized.
_FIRST_IDEOGRAPH = 0x4E00
_MAX_CALL_BYTES = 4_000  # before compression; a longer call isn't encoded
_ESCAPES = str.maketrans({"\\": "\\\\", "|": "\\p", "=": "\\e"})
_HEADER = re.compile(r"(?P<kind>[rsm])(?P<copy>\d?\d?)|p(?P<page>\d{1,3})(?:\.\d\d?)?")


def encode(click: Click, max_length: int, copy: int = 0) -> str | None:
    """Return *click* as text of at most *max_length* characters, or None if it is too long.

    The origin is left out if it doesn't fit. *copy* is a number that distinguishes buttons of one
    message that make the same call.
    """
    paged = click.kind is ClickKind.PAGE
    number = f"{click.page}" + (f".{copy}" if copy else "") if paged else str(copy or "")
    sign, line = click.kind + number, _format_call(click.call)
    if click.origin:
        full = _fit(sign, f"{line}{_ORIGIN}{_format_call(click.origin)}", max_length)
        if full is not None:
            return full
    code = _fit(sign, line, max_length)
    if code is None and click.call.ignored:
        return _fit(sign, _format_call(replace(click.call, ignored=())), max_length)
    return code


def _format_call(call: Call) -> str:
    pairs = (f"{_escape(key)}={_escape(value)}" for key, value in call.args.items())
    ignored = (f"{_IGNORED}{_escape(each)}" for each in call.ignored)
    return "|".join((call.command, *pairs, *ignored))


def _fit(sign: str, line: str, max_length: int) -> str | None:
    """Return *sign* and *line*, compressed if necessary, or None if that is too long."""
    plain = f"{sign}|{line}"
    if len(plain) <= max_length:
        return plain
    data = line.encode()
    if len(data) >= _MAX_CALL_BYTES:  # decode would return None
        return None
    packed = f"{sign}{_COMPRESSED}{_compress(data)}"
    return packed if len(packed) <= max_length else None


def decode(code: str) -> Click | None:
    """Return the click that `encode` turned into *code*, or None if *code* isn't from `encode`."""
    found = _HEADER.match(code)
    if found is None:
        return None
    mark, rest = code[found.end() :][:1], code[found.end() + 1 :]
    line = _decompress(rest) if mark == _COMPRESSED else rest
    if line is None or mark not in {"|", _COMPRESSED}:
        return None
    line, has_origin, after = line.partition(_ORIGIN)
    call, origin = _parse_call(line), _parse_call(after) if has_origin else None
    if call is None or (has_origin and origin is None):
        return None
    if found["page"]:
        return Click(call, ClickKind.PAGE, max(1, int(found["page"])), origin)
    return Click(call, ClickKind(found["kind"]), origin=origin)


def _escape(text: str) -> str:
    return text.translate(_ESCAPES)


def _parse_call(line: str) -> Call | None:
    command, *pairs = line.split("|")
    args, ignored = {}, []
    for pair in pairs:
        if pair.startswith(_IGNORED):
            ignored.append(_unescape(pair.removeprefix(_IGNORED)))
            continue
        key, equals, value = pair.partition("=")
        if not equals:
            return None
        args[_unescape(key)] = _unescape(value)
    return current_call(Call(command, args, tuple(ignored))) if command else None


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    meant = {"\\": "\\", "p": "|", "e": "="}
    return re.sub(r"\\(.)", lambda found: meant.get(found[1], found[1]), text)


def _compress(data: bytes) -> str:
    """Return *data*, compressed, as text with 14 bits in each character."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    bits = "".join(f"{byte:08b}" for byte in deflate.compress(data) + deflate.flush())
    return "".join(
        _encode_bits(bits[at : at + _BITS_PER_CHARACTER])
        for at in range(0, len(bits), _BITS_PER_CHARACTER)
    )


def _encode_bits(bits: str) -> str:
    return chr(_FIRST_IDEOGRAPH + int(bits.ljust(_BITS_PER_CHARACTER, "0"), 2))


def _decompress(text: str) -> str | None:
    numbers = [ord(letter) - _FIRST_IDEOGRAPH for letter in text]
    if not all(0 <= number < 1 << _BITS_PER_CHARACTER for number in numbers):
        return None
    bits = "".join(f"{number:0{_BITS_PER_CHARACTER}b}" for number in numbers)
    data = bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits) - 7, 8))
    try:
        inflate = zlib.decompressobj(-15)
        text = inflate.decompress(data, _MAX_CALL_BYTES).decode()
    except (zlib.error, UnicodeDecodeError):
        return None
    return text if inflate.eof else None
