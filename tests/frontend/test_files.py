"""Files and modules that are read without being executed."""

from __future__ import annotations

from pathlib import Path

import pytest

from s2sad.errors import ResolveError, S2SADError
from s2sad.frontend.annotations import type_of_annotation
from s2sad.frontend.read import list_functions, read_file
from s2sad.ir.trace import Program, walk
from s2sad.rules import TABLE


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


PACKAGE = {
    "pkg/__init__.py": "raise SystemExit('executed')\n",
    "pkg/sub/__init__.py": "",
    "pkg/sub/helpers.py": "from ..consts import K\ndef cube(x):\n    return x * x * x * K\n",
    "pkg/consts.py": "K = 2.0\nG = K * 2\n",
    "pkg/main.py": """raise SystemExit('executed')
from .sub import helpers
from .sub.helpers import cube as c
from . import consts
import pkg.sub.helpers
import pkg.consts as pc
from pkg.consts import K as KK

def f(x):
    return helpers.cube(x) + c(x) + consts.G + pkg.sub.helpers.cube(x) + pc.K + KK
""",
}


def calls(program: Program) -> list[str]:
    return [op.callee for op in walk(program.main.block) if hasattr(op, "callee")]


def test_modules_of_a_package(tmp_path: Path) -> None:
    folder = write(tmp_path, PACKAGE)
    program = read_file(folder / "pkg" / "main.py", "f", TABLE)
    assert list(program.functions) == ["f", "helpers.cube"]
    assert calls(program) == ["helpers.cube"] * 3
    assert program.constants == {"G": 4.0, "K": 2.0}


def test_module_beside_the_file(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "K = 1.0\ndef g(x):\n    return x * K\n",
                     "b.py": "import a\nfrom a import *\nK = 3.0\ndef g(x):\n    return a.g(x) * K\n"})
    program = read_file(tmp_path / "b.py", "g", TABLE)
    assert list(program.functions) == ["g", "a.g"]
    assert program.constants == {"K": 3.0, "a_K": 1.0}


def test_module_constants_conditional_in_the_other_module(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "try:\n    from numba import njit\nexcept ImportError:\n"
                             "    def njit(f):\n        return f\n\n@njit\ndef g(x):\n    return x\n",
                     "b.py": "import a\ndef f(x):\n    return a.g(a.njit(x))\n"})
    assert list(read_file(tmp_path / "a.py", "g", TABLE).functions) == ["g"]
    with pytest.raises(ResolveError, match="'njit' is defined conditionally"):
        read_file(tmp_path / "b.py", "f", TABLE)


def test_names_that_are_no_functions(tmp_path: Path) -> None:
    path = write(tmp_path, {"a.py": "K = 1.0\ndef g(x):\n    return x\nclass C:\n    pass\n"}) / "a.py"
    assert list_functions(path) == ["g"]
    for name in ("K", "C", "missing", "len"):
        with pytest.raises(ResolveError) as caught:
            read_file(path, name, TABLE)
        assert caught.value.hint
    with pytest.raises(ResolveError, match="cannot read"):
        read_file(tmp_path / "none.py", "f", TABLE)


def test_syntax_error(tmp_path: Path) -> None:
    path = write(tmp_path, {"a.py": "def f(x):\n    return x +\n"}) / "a.py"
    with pytest.raises(ResolveError, match="does not parse") as caught:
        read_file(path, "f", TABLE)
    assert caught.value.loc is not None and caught.value.loc.line == 2


def test_decorated_entry(tmp_path: Path) -> None:
    text = "import s2sad\n\n@s2sad.differentiate\ndef f(x):\n    return x\n\n@other\ndef g(x):\n    return x\n"
    path = write(tmp_path, {"a.py": text}) / "a.py"
    assert read_file(path, "f", TABLE).main.line == 4
    with pytest.raises(S2SADError, match="'other' is not defined"):
        read_file(path, "g", TABLE)


def test_generated_helpers_are_recognised(tmp_path: Path) -> None:
    helper = TABLE.signature("helper.unbroadcast").source
    assert helper is not None
    text = f"import numpy as np\n\n\ndef f(g, x):\n    return _unbroadcast(g, x)\n\n\n{helper}"
    program = read_file(write(tmp_path, {"a.py": text}) / "a.py", "f", TABLE)
    assert list(program.functions) == ["f"]
    assert [op.prim for op in walk(program.main.block) if hasattr(op, "prim")] == ["helper.unbroadcast"]


@pytest.mark.parametrize(("text", "expected"), [
    ("float", "float"), ("int", "int"), ("'float'", "float"), ("np.ndarray", "number[...]"),
    ("NDArray[np.float64]", "float64[...]"), ("NDArray[np.floating]", "float[...]"),
    ("np.ndarray[Any, np.dtype[np.float32]]", "float32[...]"), ("Float[np.ndarray, 'n 3']", "float[n?, 3]"),
    ("Float32[Array, '']", "float32"), ("Float[Array, '... n']", "float[...]"), ("list[float]", "list[float]"),
    ("tuple[float, int]", "tuple[float, int]"), ("tuple[float, ...]", "?"), ("Callable[[float], float]", "?"),
    ("None", "none"), ("float | None", "?"), ("np.float32", "float32"), ("Whatever", "?"),
])
def test_annotations(text: str, expected: str) -> None:
    import gast
    assert str(type_of_annotation(gast.parse(text).body[0].value)) == expected


def test_star_imports(tmp_path: Path) -> None:
    write(tmp_path, {
        "lib.py": "from math import *\nK = 2.0\n_hidden = 3.0\ndef cube(x):\n    return x ** 3\n",
        "listed.py": "__all__ = ['one']\none = 1.0\ntwo = 2.0\n",
        "main.py": "from math import *\nfrom lib import *\nfrom listed import *\n"
                   "def f(x):\n    for i in range(2):\n        x = cube(sin(x)) * K * pi + abs(x) + one\n    return x\n"
                   "def g(x):\n    return x * _hidden\n"
                   "def h(x):\n    return x * two\n",
        "arrays.py": "from numpy import *\ndef f(x):\n    return sum(sin(x)) + len(x)\n"})
    program = read_file(tmp_path / "main.py", "f", TABLE)
    assert list(program.functions) == ["f", "lib.cube"] and program.constants == {"K": 2.0, "one": 1.0}
    prims = {getattr(op, "prim", "") for op in walk(program.main.block)}
    assert {"math.sin", "abs", "constant"} <= prims
    prims = {getattr(op, "prim", "") for op in walk(read_file(tmp_path / "arrays.py", "f", TABLE).main.block)}
    assert {"np.sum", "np.sin", "len"} <= prims
    for name, hidden in (("g", "_hidden"), ("h", "two")):
        with pytest.raises(ResolveError, match=f"the name '{hidden}' is not defined"):
            read_file(tmp_path / "main.py", name, TABLE)


def test_declared_encodings(tmp_path: Path) -> None:
    text = "# -*- coding: latin-1 -*-\ndef f(x):\n    ä = x\n    return ä\n"
    (tmp_path / "latin.py").write_bytes(text.encode("latin-1"))
    (tmp_path / "marked.py").write_bytes(b"\xef\xbb\xbfdef f(x):\r\n    return x\r\n")
    (tmp_path / "wrong.py").write_bytes(b"# -*- coding: nonsense -*-\n")
    for name in ("latin.py", "marked.py"):
        assert list_functions(tmp_path / name) == ["f"]
    with pytest.raises(ResolveError, match="it is not text in its encoding"):
        list_functions(tmp_path / "wrong.py")


def test_layers_of_helpers_are_read_in_linear_time(tmp_path: Path) -> None:
    """Whether a helper returns a function is asked of each once, not once for each way to it."""
    layers = "".join(f"def f{k}(x):\n    y = f{k - 1}(x)\n    y = f{k - 1}(y)\n    return y\n" for k in range(1, 30))
    path = write(tmp_path, {"a.py": "def f0(x):\n    return x * x\n" + layers}) / "a.py"
    assert len(read_file(path, "f29", TABLE).functions) == 30
