"""The values that live in scopes, commands, events, answers and the API, and their one codec.

JSON null, booleans, strings, whole numbers below 2^53, lists and objects with plain string keys stand for themselves;
everything else is an object with one key that begins with ``@``. There are no floats anywhere.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import msgspec

from engine import errors

#: A value in encoded form: what ``json.loads`` gives, without floats.
Json: TypeAlias = Any
#: A value as expressions see it: Json's types, Decimal, date, time, datetime, timedelta, Months, Range, File.
Value: TypeAlias = Any

SAFE_INTEGER = 2**53 - 1


class LongText(str):
    """A text over 2 kB: it reads as any text, and is stored by the digest of its body."""

    digest: str = ""


#: Reads the body of a long text by its digest; set where a store is opened.
long_text_reader: Callable[[str], bytes] | None = None


def long_text(body: str, digest: str) -> LongText:
    """The long text *body* whose UTF-8 form is stored under *digest*."""
    found = LongText(body)
    found.digest = digest
    return found


class Months(msgspec.Struct, frozen=True, order=True):
    """A duration of years and months, counted in months (FEEL: years and months duration)."""

    months: int


class Range(msgspec.Struct, frozen=True):
    """A FEEL range; an end that is None is open to infinity."""

    low: Value
    high: Value
    low_closed: bool
    high_closed: bool


class File(msgspec.Struct, frozen=True):
    """A file in the content-addressed store; the body is not part of the value."""

    digest: str
    name: str
    type: str
    size: int


def encode(value: Value) -> Json:
    """The encoded form of *value*; raises ValueNotStorable for what has none (floats, very large whole numbers)."""
    if isinstance(value, LongText):
        return {"@text": value.digest}
    if value is None or value is True or value is False or isinstance(value, str):
        return value
    if isinstance(value, int):
        if -SAFE_INTEGER <= value <= SAFE_INTEGER:
            return value
        return {"@number": str(value)}
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {_plain_key(key): encode(item) for key, item in value.items()}
    return _encode_tagged(value)


def decode(json: Json) -> Value:
    """The value of an encoded form; raises ValueNotStorable for an unknown ``@`` tag or a float."""
    if json is None or isinstance(json, (bool, str, int)):
        return json
    if isinstance(json, list):
        return [decode(item) for item in json]
    if isinstance(json, dict):
        if len(json) == 1:
            ((key, body),) = json.items()
            if key.startswith("@"):
                return _decode_tagged(key, body)
        return {key: decode(item) for key, item in json.items()}
    raise errors.ValueNotStorable(kind=type(json).__name__)


def from_outside(json: Json) -> Json:
    """*json* as it came from a browser or a program, if it is a plain encoded value; refuses ``@`` keys and floats."""
    if isinstance(json, float):
        raise errors.ValueNotStorable(kind="float")
    if isinstance(json, list):
        return [from_outside(item) for item in json]
    if isinstance(json, dict):
        return {_plain_key(key): from_outside(item) for key, item in json.items()}
    if isinstance(json, int) and abs(json) > SAFE_INTEGER:
        return {"@number": str(json)}
    return json


def canonical(json: Json) -> bytes:
    """The one spelling of an encoded value: sorted keys, no spaces, UTF-8 (RFC 8785 for values without floats)."""
    return msgspec.json.encode(json, order="sorted")


def load(text: str) -> Json:
    """The encoded value that :func:`canonical` spelled."""
    return msgspec.json.decode(text)


def digest(body: bytes) -> str:
    """SHA-256 of *body* in lower-case hexadecimal digits."""
    return hashlib.sha256(body).hexdigest()


def duration_text(value: timedelta | Months) -> str:
    """ISO 8601 text of a duration: ``P1Y2M`` or ``-P3DT4H5M6.5S``."""
    if isinstance(value, Months):
        sign, months = ("-" if value.months < 0 else ""), abs(value.months)
        years, months = divmod(months, 12)
        parts = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return f"{sign}P{parts}"
    micros = value // timedelta(microseconds=1)
    sign, micros = ("-" if micros < 0 else ""), abs(micros)
    seconds, micros = divmod(micros, 1_000_000)
    days, seconds = divmod(seconds, 86_400)
    hours, seconds = divmod(seconds, 3_600)
    minutes, seconds = divmod(seconds, 60)
    fraction = f".{micros:06d}".rstrip("0") if micros else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    clock += f"{seconds}{fraction}S" if seconds or fraction else ""
    if not days and not clock:
        return "PT0S"
    return f"{sign}P" + (f"{days}D" if days else "") + (f"T{clock}" if clock else "")


_DURATION = re.compile(
    r"(-)?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,9})\d*)?S)?)?"
)


def parse_duration(text: str) -> timedelta | Months | None:
    """The duration that *text* spells in ISO 8601, or None; years-and-months and days-and-time do not mix."""
    match = _DURATION.fullmatch(text)
    if match is None or text.endswith(("P", "T")):
        return None
    sign = -1 if match[1] else 1
    calendar, clock = any(match.group(2, 3)), any(match.group(4, 5, 6, 7))
    if calendar and clock:
        return None
    if calendar:
        return Months(sign * (int(match[2] or 0) * 12 + int(match[3] or 0)))
    micros = int((match[8] or "").ljust(6, "0")[:6] or 0)
    days, hours, minutes, seconds = (int(match[group] or 0) for group in (4, 5, 6, 7))
    try:
        return sign * timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds, microseconds=micros)
    except OverflowError:
        return None


def _plain_key(key: object) -> str:
    if not isinstance(key, str) or key.startswith("@"):
        raise errors.ValueNotStorable(kind=f"key {key!r}")
    return key


def _zoned_text(value: datetime | time) -> str:
    """ISO text; a named zone follows an at sign instead of an offset, as in FEEL."""
    if isinstance(value.tzinfo, ZoneInfo):
        return f"{value.replace(tzinfo=None).isoformat()}@{value.tzinfo.key}"
    return value.isoformat()


def _encode_tagged(value: Value) -> Json:
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise errors.ValueNotStorable(kind="number without a value")
        if value == value.to_integral_value() and abs(value) <= SAFE_INTEGER:
            return int(value)
        return {"@number": format(value, "f") if abs(value.adjusted()) < 40 else str(value)}
    if isinstance(value, datetime):
        return {"@datetime": _zoned_text(value)}
    if isinstance(value, date):
        return {"@date": value.isoformat()}
    if isinstance(value, time):
        return {"@time": _zoned_text(value)}
    if isinstance(value, (timedelta, Months)):
        return {"@duration": duration_text(value)}
    if isinstance(value, Range):
        return {"@range": [encode(value.low), encode(value.high), value.low_closed, value.high_closed]}
    if isinstance(value, File):
        return {"@file": {"digest": value.digest, "name": value.name, "type": value.type, "size": value.size}}
    raise errors.ValueNotStorable(kind=type(value).__name__)


def _zone(text: str) -> tuple[str, ZoneInfo | None]:
    body, _, name = text.partition("@")
    return body, ZoneInfo(name) if name else None


def _decode_tagged(tag: str, body: Json) -> Value:
    match tag:
        case "@number":
            return Decimal(body)
        case "@date":
            return date.fromisoformat(body)
        case "@time":
            text, zone = _zone(body)
            found = time.fromisoformat(text)
            return found.replace(tzinfo=zone) if zone else found
        case "@datetime":
            text, zone = _zone(body)
            moment = datetime.fromisoformat(text)
            return moment.replace(tzinfo=zone) if zone else moment
        case "@duration":
            return parse_duration(body)
        case "@range":
            return Range(decode(body[0]), decode(body[1]), body[2], body[3])
        case "@file":
            return File(**body)
        case "@text" if long_text_reader is not None:
            return long_text(long_text_reader(body).decode(), body)
    raise errors.ValueNotStorable(kind=f"key {tag!r}")
