"""What a button carries: the Call that it makes, in as many characters as its platform has.

``r|salary|role=ml`` runs a Call. A Call too long for that is deflated and written 14 bits to a
character, so it works after a restart and on every instance; nothing is kept between clicks. One
that is longer still can't be carried, and its choice is shown as words to type.
"""

import re
import zlib
from dataclasses import dataclass
from enum import StrEnum

from bot.call import Call

_PACKED = "~"
_BITS = 14
_BASE = 0x4E00  # from here on 2**14 ideographs, all assigned, none that combines or is normalised
_LONGEST = 4_000  # bytes of an unpacked Call; we never pack more
_ESCAPES = str.maketrans({"\\": "\\\\", "|": "\\p", "=": "\\e"})
_SIGN = re.compile(r"(?P<deed>[rsm])(?P<copy>\d?\d?)|p(?P<page>\d{1,3})(?:\.\d\d?)?")


class Deed(StrEnum):
    """What a click does with its Call."""

    RUN = "r"
    PAGE = "p"
    SHARE = "s"
    FORM = "m"


@dataclass(frozen=True, slots=True)
class Press:
    """What a component does when it is used."""

    call: Call
    deed: Deed = Deed.RUN
    page: int = 1


def encode(press: Press, longest: int, copy: int = 0) -> str | None:
    """Write *press* in up to *longest* characters; None where they can't hold the Call.

    Buttons of one message that make the same Call are told apart by *copy*, if they have to be.
    """
    paged = press.deed is Deed.PAGE
    number = f"{press.page}" + (f".{copy}" if copy else "") if paged else str(copy or "")
    pairs = (f"{_escaped(key)}={_escaped(value)}" for key, value in press.call.args.items())
    sign, line = press.deed + number, "|".join((press.call.command, *pairs))
    plain = f"{sign}|{line}"
    if len(plain) <= longest:
        return plain
    data = line.encode()
    if len(data) >= _LONGEST:  # it could not be unpacked again
        return None
    packed = f"{sign}{_PACKED}{_packed(data)}"
    return packed if len(packed) <= longest else None


def decode(written: str) -> Press | None:
    """Read what *encode* wrote; None for what is not ours, whoever made it."""
    found = _SIGN.match(written)
    if found is None:
        return None
    mark, rest = written[found.end() :][:1], written[found.end() + 1 :]
    line = _unpacked(rest) if mark == _PACKED else rest
    call = _read(line) if line is not None and mark in {"|", _PACKED} else None
    if call is None:
        return None
    if found["page"]:
        return Press(call, Deed.PAGE, max(1, int(found["page"])))
    return Press(call, Deed(found["deed"]))


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)


def _read(line: str) -> Call | None:
    command, *pairs = line.split("|")
    args = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            return None
        args[_plain(key)] = _plain(value)
    return Call(command, args) if command else None


def _plain(text: str) -> str:
    if "\\" not in text:
        return text
    meant = {"\\": "\\", "p": "|", "e": "="}
    return re.sub(r"\\(.)", lambda found: meant.get(found[1], found[1]), text)


def _packed(data: bytes) -> str:
    """Write deflated *data* as letters of 14 bits each, the last of what is left."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    bits = "".join(f"{byte:08b}" for byte in deflate.compress(data) + deflate.flush())
    return "".join(_letter(bits[at : at + _BITS]) for at in range(0, len(bits), _BITS))


def _letter(bits: str) -> str:
    return chr(_BASE + int(bits.ljust(_BITS, "0"), 2))


def _unpacked(text: str) -> str | None:
    numbers = [ord(letter) - _BASE for letter in text]
    if not all(0 <= number < 1 << _BITS for number in numbers):
        return None
    bits = "".join(f"{number:0{_BITS}b}" for number in numbers)
    data = bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits) - 7, 8))
    try:
        inflate = zlib.decompressobj(-15)
        text = inflate.decompress(data, _LONGEST).decode()
    except (zlib.error, UnicodeDecodeError):
        return None
    return text if inflate.eof else None
