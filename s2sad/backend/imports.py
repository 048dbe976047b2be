"""What a module imports, and under which names.

``math.sin`` is ``from math import sin``; ``np.sum`` needs ``import numpy as np``; ``scipy.special.erf`` needs
``import scipy.special``.  A name that the user's code has taken is imported under another: ``sin as _sin``.
A built-in that the user's code shadows is imported from ``builtins``.
"""

from __future__ import annotations

import builtins

_STANDARD = ("math", "cmath", "builtins", "functools", "itertools", "operator", "random", "statistics", "warnings")
BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_"))


class Imports:
    """Collects what is used; `taken` are names that the emitted functions use for themselves."""

    def __init__(self, taken: set[str] | frozenset[str] = frozenset()) -> None:
        self.taken = set(taken)
        self.modules: dict[str, str] = {}
        self.members: dict[tuple[str, str], str] = {}

    @property
    def names(self) -> set[str]:
        """Names bound or relied upon at module level."""
        return {alias.partition(".")[0] for alias in self.modules.values()} | set(self.members.values())

    def module(self, dotted: str) -> str:
        """The expression for a module."""
        if dotted not in self.modules:
            root = "np" if dotted == "numpy" else dotted.partition(".")[0]
            if root not in self.taken:
                self.modules[dotted] = "np" if dotted == "numpy" else dotted
            else:
                self.modules[dotted] = self._free("_" + ("np" if dotted == "numpy" else dotted.replace(".", "_")))
        return self.modules[dotted]

    def member(self, module: str, name: str) -> str:
        """The name for ``module.name``, imported by itself."""
        key = (module, name)
        if key not in self.members:
            clash = name in self.taken or any(k != key and v == name for k, v in self.members.items())
            self.members[key] = self._free("_" + name) if clash else name
        return self.members[key]

    def builtin(self, name: str) -> str:
        return self.member("builtins", name)

    def _free(self, name: str) -> str:
        while name in self.taken or name in self.members.values() or name in self.modules.values():
            name += "_"
        return name

    def lines(self) -> list[str]:
        """The import statements, standard library first."""
        standard: list[str] = []
        third: list[str] = []
        for dotted, alias in sorted(self.modules.items()):
            text = f"import {dotted}" if alias == dotted else f"import {dotted} as {alias}"
            (standard if dotted.partition(".")[0] in _STANDARD else third).append(text)
        grouped: dict[str, list[str]] = {}
        for (module, name), alias in sorted(self.members.items()):
            if module == "builtins" and alias == name:
                continue
            grouped.setdefault(module, []).append(name if name == alias else f"{name} as {alias}")
        for module, names in sorted(grouped.items()):
            text = f"from {module} import {', '.join(names)}"
            (standard if module.partition(".")[0] in _STANDARD else third).append(text)
        return standard + ([""] if standard and third else []) + third
