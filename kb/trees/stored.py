"""Frozen dataclasses built again from the JSON values they were stored as, by the types of their fields."""

import dataclasses
import functools
import types
import typing

Stored = dict[str, typing.Any]

_Shape = typing.TypeVar("_Shape")


def revive(shape: type[_Shape], stored: Stored) -> _Shape:
    """A dataclass from its stored fields. Absent fields take their defaults, unknown ones are left out.

    A field that may be one of several dataclasses is told by its stored `kind`.
    """
    fields = _fields_of(typing.cast(typing.Hashable, shape))
    return shape(**{name: _value(fields[name], value) for name, value in stored.items() if name in fields})


def _value(shape: typing.Any, stored: typing.Any) -> typing.Any:
    """A stored value as the type that its field declares."""
    origin, inside = typing.get_origin(shape), typing.get_args(shape)
    if dataclasses.is_dataclass(shape):
        return revive(typing.cast(type, shape), stored)
    if origin is tuple:
        return tuple(_value(inside[0], item) for item in stored)
    if origin is dict:
        return {key: _value(inside[1], item) for key, item in stored.items()}
    if origin in (types.UnionType, typing.Union):
        return _one_of(inside, stored)
    return float(stored) if shape is float else stored


def _one_of(shapes: tuple[typing.Any, ...], stored: typing.Any) -> typing.Any:
    """A value that may be None, or one of several dataclasses."""
    if stored is None:
        return None
    for shape in shapes:
        if shape is not types.NoneType and stored.get("kind") == getattr(shape, "kind", stored.get("kind")):
            return _value(shape, stored)
    raise ValueError(f"nothing is stored as kind {stored.get('kind')!r}")


@functools.cache
def _fields_of(shape: typing.Any) -> dict[str, typing.Any]:
    """The field types of a dataclass; reading them costs more than building the object."""
    return typing.get_type_hints(shape)
