"""Types from texts and from run-time values."""

from __future__ import annotations

import numpy as np
import pytest

from s2sad.analysis.signature import parse_signature, parse_type, signature_key, type_of_value
from s2sad.errors import TypingError

TEXTS = {
    "float": "float", "np.float32": "float32", "NDArray[np.float64]": "float64[...]", "np.ndarray": "number[...]",
    'Float[np.ndarray, "n 3"]': "float[n?, 3]", 'Float32[np.ndarray, "n ..."]': "float32[...]",
    "float64[:, :]": "float64[?, ?]", "float64[n, 3]": "float64[n?, 3]", "float[:]": "float64[?]",
    "list[float]": "list[float]", "tuple[float, int]": "tuple[float, int]", "Optional[float]": "?",
    "float64[...]": "float64[...]", "'float'": "float", "np.ndarray[Any, np.dtype[np.float64]]": "float64[...]",
}


@pytest.mark.parametrize(("text", "expected"), TEXTS.items())
def test_parse_type(text: str, expected: str) -> None:
    assert str(parse_type(text)) == expected


def test_parse_signature() -> None:
    by_name = parse_signature("x=float, A=float64[:, n]", ["x", "A", "k"])
    assert {k: str(t) for k, t in by_name.items()} == {"x": "float", "A": "float64[A0?, n?]"}
    by_position = parse_signature("float, int", ["x", "n", "k"])
    assert {k: str(t) for k, t in by_position.items()} == {"x": "float", "n": "int"}


@pytest.mark.parametrize("text", ["float,, int", "float, int, int", "y=float", "flaot"])
def test_refused_signatures(text: str) -> None:
    with pytest.raises(TypingError):
        parse_signature(text, ["x", "A"])


VALUES = [
    (1.0, "float"), (1, "int"), (True, "bool"), (np.float32(2), "float32"), (np.zeros((3, 1)), "float64[A0, 1]"),
    ([1.0, 2], "list[float]"), ((1, np.zeros(2)), "tuple[int, float64[A_1_0]]"), (None, "none"), ("s", "str"),
    ([np.zeros(2), np.zeros(3)], "list[float64[?]]"), (object(), "object"), (1j, "complex"), (len, "function len"),
]


@pytest.mark.parametrize(("value", "expected"), VALUES, ids=[e for _, e in VALUES])
def test_type_of_value(value: object, expected: str) -> None:
    assert str(type_of_value(value, "A")) == expected
    assert signature_key([value]) == signature_key([value])


def test_keys_differ_where_types_do() -> None:
    values = [1, 1.0, True, np.float32(1), np.zeros(3), np.zeros(1), np.zeros(3, np.float32), [1.0], [1], (1.0,), None]
    assert len({signature_key([v]) for v in values}) == len(values)
