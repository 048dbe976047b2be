"""s2sad: source-to-source automatic differentiation for Python.

>>> import s2sad
>>> @s2sad.differentiate
... def f(x: float, y: float) -> float:
...     return x * x * y
>>> f.grad(3.0, 2.0)
(12.0, 9.0)
"""

from s2sad.api import (
    Differentiable,
    derivative,
    differentiate,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    linearize,
    stop_gradient,
    value_and_grad,
    vhp,
    vjp,
)
from s2sad.composition import compose
from s2sad.derivative import Derivative
from s2sad.errors import (
    InternalError,
    NotDifferentiableError,
    ResolveError,
    S2SADError,
    TypingError,
    UnsupportedError,
)
from s2sad.evaluation import evaluate, graph
from s2sad.generate import VERSION as __version__
from s2sad.generate import generate, trace_text

__all__ = [
    "Derivative",
    "Differentiable",
    "InternalError",
    "NotDifferentiableError",
    "ResolveError",
    "S2SADError",
    "TypingError",
    "UnsupportedError",
    "__version__",
    "compose",
    "derivative",
    "differentiate",
    "evaluate",
    "generate",
    "grad",
    "graph",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "linearize",
    "stop_gradient",
    "trace_text",
    "value_and_grad",
    "vhp",
    "vjp",
]
