"""Request binding: converts the parameters of a request to the `msgspec.Struct` that a handler declares.

It accepts what Mastodon accepts in forms, as Rails reads them. What it cannot convert is a 422 that names the field, never a 500.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Annotated, Any, TypeVar, cast

import msgspec
from msgspec import UNSET, inspect

from gazouillis.api.parameters import parameters
from gazouillis.api.request import AnyRequest
from gazouillis.infra.basics.errors import Invalid, NotFound, SeveralInvalid
from gazouillis.infra.basics.ids import LARGEST_ID, AccountId, id_or_none
from gazouillis.infra.basics.messages import _
from gazouillis.infra.http.request_bodies import FileOnDisk, Upload

MOST_FORMS = 256
"""How many kinds of form are cached. The API has about sixty."""
NO = frozenset({"false", "f", "0", "off", "no", "n"})

MOST_ACCOUNTS = 100
"""How many accounts one request may name."""

Id = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_ID)]
"""An id in a query or a body: digits, as a string or a number."""

Form = TypeVar("Form")


async def bind(request: AnyRequest, kind: type[Form]) -> Form:
    """The form as the request fills it. Unknown names are ignored.

    Raises `Invalid` with the field for a value that is missing, out of bounds or of another type.
    """
    return as_form(await parameters(request), kind)


def as_form(raw: dict[str, Any], kind: type[Form]) -> Form:
    """The form of these parameters, as `bind` makes it."""
    if not raw and (empty := _empty_form(kind)) is not None:
        return cast("Form", empty)
    values = _convert(raw, _shape(kind), "")
    try:
        return msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError as fault:
        raise _invalid(_field_of(str(fault))) from fault


@contextmanager
def fields_sent_as(names: Mapping[str, str]) -> Iterator[None]:
    """An `Invalid` raised inside names its field as the request does, where a room calls it otherwise."""
    try:
        yield
    except Invalid as fault:
        renamed = [Invalid(one.public, field=names.get(one.field, one.field), code=one.code) for one in fault.faults]
        raise SeveralInvalid(renamed) from fault


class AccountsForm(msgspec.Struct, frozen=True):
    """The parameter of requests that name accounts. Those with more parameters inherit it."""

    account_ids: list[Any] = []

    @property
    def named_ids(self) -> list[AccountId]:
        return [AccountId(one) for one in identifiers(self.account_ids)][:MOST_ACCOUNTS]


def identifiers(values: Iterable[Any]) -> list[int]:
    """The valid ids among these values, each once, in the given order. Whatever is not an id is left out."""
    texts = [str(one) for one in values if isinstance(one, str | int) and not isinstance(one, bool)]
    return [number for one in dict.fromkeys(texts) if (number := id_or_none(one)) is not None]


def identifier(text: str) -> int:
    """An id in a path. Raises NotFound for anything that is not an id."""
    number = id_or_none(text)
    if number is None:
        raise NotFound
    return number


def _convert(value: Any, shape: inspect.Type, field: str) -> Any:
    """The value in the form that msgspec converts; UNSET when there is none."""
    match shape:
        case inspect.UnionType(types=types):
            return _convert_to_one_of(value, types, field)
        case _ if value is None or (value == "" and not isinstance(shape, inspect.StrType)):
            return UNSET
        case inspect.BoolType():
            return _boolean(value, field)
        case inspect.IntType():
            return _number(value, field)
        case inspect.StrType():
            return _text(value, field)
        case inspect.ListType(item_type=item) | inspect.SetType(item_type=item) | inspect.VarTupleType(item_type=item):
            return _items(value, item, field)
        case inspect.AnyType():
            return value
        case inspect.StructType(cls=kind) if kind in {Upload, FileOnDisk}:
            return value if isinstance(value, kind) else _refuse(field)
        case inspect.StructType(fields=fields):
            return _members(value, fields, field)
        case inspect.DictType(value_type=inner):
            return (
                {_text(key, field): _convert(one, inner, field) for key, one in value.items()}
                if isinstance(value, dict)
                else _refuse(field)
            )
        case _:
            return _text(value, field) if isinstance(value, str) else value


def _convert_to_one_of(value: Any, shapes: tuple[inspect.Type, ...], field: str) -> Any:
    others = [one for one in shapes if not isinstance(one, inspect.NoneType)]
    is_optional = len(others) < len(shapes)
    converted = _convert(value, others[0], field) if len(others) == 1 else value
    return None if is_optional and (converted is None or converted is UNSET) else converted


def _boolean(value: Any, field: str) -> bool:
    """A boolean as Rails reads it: everything is true but the words in `NO`."""
    if isinstance(value, bool):
        return value
    if not isinstance(value, str | int):
        _refuse(field)
    return str(value).lower() not in NO


def _number(value: Any, field: str) -> int:
    is_numeral = isinstance(value, str) and _INTEGER.fullmatch(value.strip())
    if is_numeral or (isinstance(value, float) and value.is_integer()):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST_ID:
        _refuse(field)
    return int(value)


def _text(value: Any, field: str) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or "\0" in value:
        _refuse(field)
    return str(value)


def _items(value: Any, shape: inspect.Type, field: str) -> list[Any]:
    """The items of a list, of a single value, or of numbered form fields: `fields[0][name]=`."""
    match value:
        case list():
            listed = value
        case dict() if all(_DIGITS.fullmatch(key) for key in value):
            listed = [value[key] for key in sorted(value, key=int)]
        case _:
            listed = [value]
    converted = [_convert(one, shape, field) for one in listed]
    return [one for one in converted if one is not UNSET]


def _members(value: Any, fields: tuple[inspect.Field, ...], inside: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        _refuse(inside)
    members = {}
    for one in fields:
        name = f"{inside}.{one.encode_name}" if inside else one.encode_name
        converted = _convert(value.get(one.encode_name), one.type, name) if one.encode_name in value else UNSET
        if converted is not UNSET:
            members[one.encode_name] = converted
        elif one.required:
            raise Invalid(_("{field} must be given", field=name), field=name, code="ERR_BLANK")
    return members


def _refuse(field: str) -> Any:
    raise _invalid(field)


def _invalid(field: str) -> Invalid:
    return Invalid(_("{field} is not valid", field=field or "request"), field=field)


def _field_of(fault: str) -> str:
    """The field that msgspec's message names: "Expected `int` >= 0 - at `$.ids[...]`". Empty when it names none."""
    match = _FIELD_PATH.search(fault)
    return match[1] if match else ""


def _with_defaults(kind: type) -> object:
    """The form with all its defaults; None when it has a required field."""
    return None if any(field.required for field in msgspec.structs.fields(kind)) else kind()


_empty_form = cast("Callable[[type], object]", lru_cache(MOST_FORMS)(_with_defaults))
_shape = cast("Callable[[type], inspect.Type]", lru_cache(MOST_FORMS)(inspect.type_info))


_DIGITS = re.compile(r"[0-9]{1,19}")
_INTEGER = re.compile(r"[+-]?[0-9]{1,19}")
_FIELD_PATH = re.compile(r"`\$\.?([\w.]*)[^`]*`$")
