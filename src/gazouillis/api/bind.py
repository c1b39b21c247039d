"""From what a request says to the struct a handler wants: forgiving as Mastodon is about forms, never with a 500."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Annotated, Any, TypeVar, cast

import msgspec
from msgspec import UNSET, inspect

from gazouillis.api.parameters import parameters
from gazouillis.api.request import AnyRequest
from gazouillis.infra.basics.errors import Invalid, NotFound
from gazouillis.infra.basics.messages import _
from gazouillis.infra.http.request_bodies import Upload

LARGEST = 2**63 - 1
MOST_FORMS = 256
"""There are some sixty."""
NO = frozenset({"false", "f", "0", "off", "no", "n"})

Id = Annotated[int, msgspec.Meta(ge=0, le=LARGEST)]
"""In a body: digits, as a string or a number."""

Form = TypeVar("Form")


async def bind(request: AnyRequest, kind: type[Form]) -> Form:
    """Unknown names are ignored; what is missing, too long for us or of another type is `Invalid` with its field."""
    said = await parameters(request)
    if not said and (blank := _blank(kind)) is not None:
        return cast("Form", blank)
    given = _fit(said, _shape(kind), "")
    try:
        return msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError as fault:
        raise _wrong(_field_of(str(fault))) from fault


def identifiers(given: Iterable[Any]) -> list[int]:
    """Of several: whatever is not one is passed over, each is given once, in the order asked."""
    texts = [str(one) for one in given if isinstance(one, str | int) and not isinstance(one, bool)]
    return [int(one) for one in dict.fromkeys(texts) if _DIGITS.fullmatch(one) and int(one) <= LARGEST]


def identifier(text: str) -> int:
    """An id in a path: whatever is not one names nothing."""
    if not _DIGITS.fullmatch(text) or int(text) > LARGEST:
        raise NotFound
    return int(text)


def _fit(value: Any, shape: inspect.Type, field: str) -> Any:
    """The value as msgspec wants it; UNSET when nothing was said."""
    match shape:
        case inspect.UnionType(types=types):
            return _fit_one_of(value, types, field)
        case _ if value is None or (value == "" and not isinstance(shape, inspect.StrType)):
            return UNSET
        case inspect.BoolType():
            return _truth(value, field)
        case inspect.IntType():
            return _number(value, field)
        case inspect.StrType():
            return _text(value, field)
        case inspect.ListType(item_type=item) | inspect.SetType(item_type=item) | inspect.VarTupleType(item_type=item):
            return _items(value, item, field)
        case inspect.StructType(cls=kind) if kind is Upload:
            return value if isinstance(value, Upload) else _refuse(field)
        case inspect.StructType(fields=fields):
            return _members(value, fields, field)
        case inspect.DictType(value_type=inner):
            return {_text(key, field): _fit(one, inner, field) for key, one in value.items()} if isinstance(value, dict) else _refuse(field)
        case _:
            return _text(value, field) if isinstance(value, str) else value


def _fit_one_of(value: Any, shapes: tuple[inspect.Type, ...], field: str) -> Any:
    others = [one for one in shapes if not isinstance(one, inspect.NoneType)]
    is_optional = len(others) < len(shapes)
    fitted = _fit(value, others[0], field) if len(others) == 1 else value
    return None if is_optional and (fitted is None or fitted is UNSET) else fitted


def _truth(value: Any, field: str) -> bool:
    """As Rails reads a checkbox: all but a few words is a yes."""
    if isinstance(value, bool):
        return value
    if not isinstance(value, str | int):
        _refuse(field)
    return str(value).lower() not in NO


def _number(value: Any, field: str) -> int:
    is_written = isinstance(value, str) and _WHOLE.fullmatch(value.strip())
    if is_written or (isinstance(value, float) and value.is_integer()):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST:
        _refuse(field)
    return int(value)


def _text(value: Any, field: str) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or "\0" in value:
        _refuse(field)
    return str(value)


def _items(value: Any, shape: inspect.Type, field: str) -> list[Any]:
    """A list, one value alone, or the numbered places of a form: `fields[0][name]=`."""
    match value:
        case list():
            listed = value
        case dict() if all(_DIGITS.fullmatch(key) for key in value):
            listed = [value[key] for key in sorted(value, key=int)]
        case _:
            listed = [value]
    fitted = [_fit(one, shape, field) for one in listed]
    return [one for one in fitted if one is not UNSET]


def _members(value: Any, fields: tuple[inspect.Field, ...], inside: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        _refuse(inside)
    members = {}
    for one in fields:
        name = f"{inside}.{one.encode_name}" if inside else one.encode_name
        fitted = _fit(value.get(one.encode_name), one.type, name) if one.encode_name in value else UNSET
        if fitted is not UNSET:
            members[one.encode_name] = fitted
        elif one.required:
            raise Invalid(_("{field} must be given", field=name), field=name, code="ERR_BLANK")
    return members


def _refuse(field: str) -> Any:
    raise _wrong(field)


def _wrong(field: str) -> Invalid:
    return Invalid(_("{field} is not valid", field=field or "request"), field=field)


def _field_of(fault: str) -> str:
    """From msgspec's words: "Expected `int` >= 0 - at `$.ids[...]`"."""
    match = _PLACE.search(fault)
    return match[1] if match else ""


def _made_of_nothing(kind: type) -> object:
    """None: something must be said."""
    return None if any(field.required for field in msgspec.structs.fields(kind)) else kind()


_blank = cast("Callable[[type], object]", lru_cache(MOST_FORMS)(_made_of_nothing))
_shape = cast("Callable[[type], inspect.Type]", lru_cache(MOST_FORMS)(inspect.type_info))


_DIGITS = re.compile(r"[0-9]{1,19}")
_WHOLE = re.compile(r"[+-]?[0-9]{1,19}")
_PLACE = re.compile(r"`\$\.?([\w.]*)[^`]*`$")
