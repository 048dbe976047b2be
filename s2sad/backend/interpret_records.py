"""Containers in the interpreter: what each of their operations does to Python's own dicts and objects."""

from __future__ import annotations

import dataclasses
from collections import namedtuple
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

from s2sad.ir.trace import Apply
from s2sad.ir.types import RecordClass


def _display(*items: Any) -> dict[Any, Any]:
    result: dict[Any, Any] = {}
    for key, value in zip(items[::2], items[1::2]):
        if key is Ellipsis:
            result.update(value)
        else:
            result[key] = value
    return result


def _construct(op: Apply, args: list[Any]) -> Any:
    """An object of the class, or one with the same fields where the class was never loaded."""
    record: RecordClass = op.attrs["class"]
    fields = dict(zip(record.fields, args))
    if record.cls is not None and not fields:
        return object.__new__(record.cls)  # its __init__ is called on it
    if record.cls is not None:
        return record.cls(**fields)
    if record.kind == "namedtuple":
        return namedtuple(record.name, record.fields)(*args)
    return fields if record.kind == "dict" else SimpleNamespace(**fields)


def _attribute(op: Apply, args: list[Any]) -> Any:
    return getattr(args[0], op.attrs["name"])


def _set_attribute(op: Apply, args: list[Any]) -> None:
    setattr(args[0], op.attrs["name"], args[1])


def _replaced(op: Apply, args: list[Any]) -> Any:
    fields = dict(zip(op.attrs["names"], args[1:]))
    if hasattr(args[0], "_replace"):
        return args[0]._replace(**fields)
    if dataclasses.is_dataclass(args[0]) and op.prim != "helper.like":
        return dataclasses.replace(args[0], **fields)  # type: ignore[type-var]
    kind: Any = type(args[0])
    result = kind.__new__(kind)
    result.__dict__.update({**vars(args[0]), **fields})
    return result


def _column(op: Apply, args: list[Any]) -> list[Any]:
    def reached(item: Any) -> Any:
        for step, key in op.attrs["way"]:
            item = item[key] if step == "item" else getattr(item, key)
        return item

    return [reached(item) for item in args[0]]


def _rows(op: Apply, args: list[Any]) -> list[Any]:
    like, *columns = args
    if op.attrs.get("strict") and any(c is not None and len(c) != len(like) for c in columns):
        raise ValueError("the lists differ in length")
    return [_row(op.attrs["tree"], iter([None if c is None else c[k] for c in columns]), item)
            for k, item in enumerate(like)]


def _objects(tree: Any) -> bool:
    return tree[0] in ("object", "namedtuple") or any(map(_objects, tree[2]))


def _row(tree: Any, parts: Iterator[Any], like: Any) -> Any:
    kind, keys, items = tree
    if kind == "leaf":
        return next(parts)
    inner = [(like[k] if kind in ("dict", "tuple") else getattr(like, k)) if _objects(item) else None
             for k, item in zip(keys, items)]
    held = [_row(item, parts, i) for item, i in zip(items, inner)]
    if kind == "tuple":
        return tuple(held)
    if kind == "dict":
        return dict(zip(keys, held))
    if kind == "namedtuple":
        return like._replace(**dict(zip(keys, held)))
    result = object.__new__(type(like))
    result.__dict__.update(zip(keys, held))
    return result


def _asdict(x: Any) -> dict[str, Any]:
    if hasattr(x, "_asdict"):
        return dict(x._asdict())
    return dataclasses.asdict(x) if dataclasses.is_dataclass(x) else dict(vars(x))  # type: ignore[arg-type]


def _getitem(op: Apply, args: list[Any]) -> Any:
    x, index = args
    return list(x)[index] if op.attrs.get("_iterates") and isinstance(x, dict) else x[index]


def _views(name: str) -> Callable[[Any], Any]:
    # Lists: a loop reads their items by position.
    return lambda d: list(getattr(d, name)())


WITH_NAMES: dict[str, Callable[[Apply, list[Any]], Any]] = {
    "construct": _construct, "attribute": _attribute, "set_attribute": _set_attribute, "namedtuple.replace": _replaced,
    "dataclasses.replace": _replaced, "helper.like": _replaced, "getitem": _getitem,
    "column": _column, "rows": _rows,
}

METHODS: dict[str, Callable[..., Any]] = {
    "dict": _display,
    "dict.get": lambda d, key, default: d.get(key, default),
    "dict.items": _views("items"),
    "dict.keys": _views("keys"),
    "dict.values": _views("values"),
    "dict.update": lambda d, other: d.update(other),
    "dict.pop": lambda d, key: d.pop(key),
    "dict.setdefault": lambda d, key, default: d.setdefault(key, default),
    "namedtuple.asdict": _asdict,
}
