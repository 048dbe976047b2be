"""Declaring rows: the public functions with which the rule table is written.

::

    elementwise("y = sin(x)", x="cos(x)", libraries=("math", "np"))
    linear("y = np.tril(x, k=0)", x="tril(g, k)", types=same)
    general("y = np.linalg.inv(x)", jvp={"x": "-(y @ t @ y)"}, vjp={"x": ...}, types=square)
    zero("y = np.floor(x)")
    nondifferentiable("i = np.argmax(x, axis=None)", types=index)

The head names the result, the primitive and its operands with their defaults; ``*xs`` stands for any
number of operands.  A formula is an expression over the names of the head (with `g`, the adjoint of
the result, and `t`, the tangent of the operand) or a function ``(F, result, *operands)`` of terms.
Functions named in a formula are primitives of the row's own library first, then NumPy's, then
operators and built-ins by name (`eq`, `getitem`).  A row is checked when it is declared; functions are
looked up once the table is complete (`check_table`).
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from keyword import iskeyword
from typing import Any

from s2sad.ir.builder import Formulas, Term
from s2sad.ir.signature import REQUIRED, Argument, Signature
from s2sad.ir.trace import Const
from s2sad.ir.types import Num
from s2sad.rules.raising import Raises
from s2sad.rules.row import Row, Table, TypeRule
from s2sad.rules.types import elementwise_type

Formula = str | Callable[..., Any]
Rows = tuple[Row, ...]


# Operands that libraries take by name only, or at a position that heads leave out.
_KEYWORD_ONLY = {"keepdims", "ddof", "copy", "constant_values", "rel_tol", "abs_tol", "steps",
                 "all", "divide", "over", "under", "invalid", "record"}


@dataclass(frozen=True)
class Head:
    """A parsed head: the names on the left, the primitive, its operands."""

    text: str
    results: tuple[str, ...]
    primitive: str
    arguments: tuple[Argument, ...]
    variadic: str | None = None

    @property
    def operands(self) -> tuple[str, ...]:
        return tuple(a.name for a in self.arguments)

    def position(self, operand: str) -> int:
        if operand == self.variadic:
            return -1
        if operand not in self.operands:
            raise ValueError(f"rule {self.text!r}: there is no operand {operand!r}")
        return self.operands.index(operand)

    def names(self) -> tuple[str, ...]:
        """What a formula's arguments are called: the result, then the operands."""
        return (self.results[0] if len(self.results) == 1 else "result", *self.operands)


def parse_head(text: str) -> Head:
    """``"z = maximum(x, y)"`` as a `Head`."""
    name = text.partition("(")[0].rpartition("=")[2].strip()
    keyword_name = name if iskeyword(name) else None
    source = text.replace(f"{name}(", f"{name}_(", 1) if keyword_name else text
    try:
        (statement,) = ast.parse(source).body
    except (SyntaxError, ValueError):
        raise ValueError(f"rule {text!r}: a head looks like 'z = maximum(x, y)'") from None
    results: tuple[str, ...] = ()
    if isinstance(statement, ast.Assign):
        target = statement.targets[0]
        targets = target.elts if isinstance(target, ast.Tuple) else [target]
        results = tuple(ast.unparse(t) for t in targets)
        call = statement.value
    elif isinstance(statement, ast.Expr):
        call = statement.value
    else:
        raise ValueError(f"rule {text!r}: a head looks like 'z = maximum(x, y)'")
    if not isinstance(call, ast.Call):
        raise ValueError(f"rule {text!r}: the right-hand side must be a call")
    variadic, arguments = None, []
    for node in call.args:
        if isinstance(node, ast.Starred):
            variadic = ast.unparse(node.value)
        elif isinstance(node, ast.Name):
            arguments.append(Argument(node.id))
        else:
            raise ValueError(f"rule {text!r}: {ast.unparse(node)!r} is not an operand's name")
    for keyword in call.keywords:
        name = str(keyword.arg)
        arguments.append(Argument(name, ast.literal_eval(keyword.value), bool(variadic) or name in _KEYWORD_ONLY))
    names = [a.name for a in arguments] + list(results)
    if len(set(names)) != len(names):
        raise ValueError(f"rule {text!r}: a name occurs twice")
    primitive = keyword_name or ast.unparse(call.func)
    return Head(text, results, primitive, tuple(arguments), variadic)


# ---------------------------------------------------------------------------- formulas

_COMPARISONS = {ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge", ast.Eq: "eq", ast.NotEq: "ne"}
_BITWISE = {ast.BitAnd: "bitand", ast.BitOr: "bitor"}


class _Lower(ast.NodeTransformer):
    """Conditional expressions, comparisons and bitwise operators as applications of primitives."""

    def call(self, name: str, *args: ast.expr) -> ast.expr:
        return ast.Call(ast.Name(name, ast.Load()), list(args), [])

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        self.generic_visit(node)
        return self.call("choose", node.test, node.body, node.orelse)

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        (op,), (right,) = node.ops, node.comparators
        return self.call(_COMPARISONS[type(op)], node.left, right)

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        name = _BITWISE.get(type(node.op))
        return node if name is None else self.call(name, node.left, node.right)


def choose(F: Formulas, condition: object, a: object, b: object) -> Term:
    """`a` where `condition` holds, else `b`; both are evaluated, so neither may raise."""
    t = F.term(condition).type
    scalar = isinstance(t, Num) and t.is_scalar and _all_scalar(F, a, b)
    return F.select(condition, a, b) if scalar else F.where(condition, a, b)


def _all_scalar(F: Formulas, *values: object) -> bool:
    types = [F.term(v).type for v in values]
    return all(isinstance(t, Num) and t.is_scalar for t in types)


def or_inf(F: Formulas, d: object) -> Term:
    """The denominator `d`, or infinity where it is 0, so that the quotient is 0 there."""
    infinity = Term(F.builder, F.builder.apply("constant", attrs={"name": "math.inf"}))
    return choose(F, F.ne(d, 0.0), d, infinity)


_MACROS: dict[str, Callable[..., Term]] = {"choose": choose, "or_inf": or_inf}


class _Scope(dict[str, Any]):
    """Names of a formula: terms first, then macros, then primitives."""

    def __init__(self, F: Formulas, terms: dict[str, Any]) -> None:
        super().__init__(terms)
        self.F = F

    def __missing__(self, name: str) -> Any:
        if name in _MACROS:
            return lambda *args: _MACROS[name](self.F, *args)
        return getattr(self.F, name)


@dataclass(frozen=True)
class TextFormula:
    """A formula given as text; `functions` are the primitives that it names."""

    text: str
    names: tuple[str, ...]
    code: Any
    functions: frozenset[str]

    def __call__(self, F: Formulas, *operands: Term, **extra: object) -> Term:
        value = eval(self.code, {"__builtins__": {}}, _Scope(F, dict(zip(self.names, operands))))
        return F.term(value)


def _one(F: Formulas, *operands: Term) -> None:
    """The partial derivative 1."""


def compile_formula(head: Head, formula: Formula, names: Sequence[str]) -> Callable[..., Any]:
    """A formula as a function ``(F, *terms named names)``; raises ValueError where the text is wrong."""
    if not isinstance(formula, str):
        return formula
    try:
        tree = ast.parse(formula.strip(), mode="eval")
    except SyntaxError as error:
        raise ValueError(f"rule {head.text!r}: {formula!r} is not an expression ({error.msg})") from None
    functions = {node.func.id for node in ast.walk(tree)
                 if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id not in names and node.id not in functions:
            raise ValueError(f"rule {head.text!r}: {formula!r} uses {node.id!r}, which is none of {', '.join(names)}")
        if isinstance(node, ast.Attribute):
            raise ValueError(f"rule {head.text!r}: {formula!r} uses an attribute; name the primitive instead")
    tree = ast.fix_missing_locations(_Lower().visit(tree))
    code = compile(tree, f"<rule {head.text}>", "eval")
    return TextFormula(formula, tuple(names), code, frozenset(functions - set(_MACROS)))


def _compiled(head: Head, formulas: Mapping[str, Formula], extra: Sequence[str]) -> dict[int, Callable[..., Any]]:
    names = (*extra, *head.names())
    result: dict[int, Callable[..., Any]] = {}
    for operand, formula in formulas.items():
        one = formula == "1" and not extra
        result[head.position(operand)] = _one if one else compile_formula(head, formula, names)
    return result


# ---------------------------------------------------------------------------- rows

def _signatures(head: Head, libraries: Sequence[str], *, effect: bool = False, mutates: str | None = None,
                view_of: str | None = None, fresh: bool = True, source: str | None = None) -> list[Signature]:
    keys = [f"{library}.{head.primitive}" for library in libraries] or [head.primitive]
    return [Signature(key, head.arguments, head.variadic is not None, len(head.results), effect,
                      None if mutates is None else head.position(mutates),
                      None if view_of is None else head.position(view_of), fresh, source) for key in keys]


def _check_covered(head: Head, covered: Iterable[str], inactive: Iterable[str]) -> None:
    required = [a.name for a in head.arguments if a.default is REQUIRED]
    if head.variadic:
        required = [head.variadic]
    known = {*covered, *inactive}
    for name in inactive:
        head.position(name)
    for name in required:
        if name not in known:
            raise ValueError(f"rule {head.text!r}: no formula for the operand {name!r}; "
                             f"give one, or list it in inactive=")


def _domain(head: Head, domain: Mapping[str, tuple[float, float]] | None) -> dict[int, tuple[float, float]]:
    result = {}
    for name, (low, high) in (domain or {}).items():
        if not low < high:
            raise ValueError(f"rule {head.text!r}: the domain of {name!r} is empty")
        result[head.position(name)] = (low, high)
    return result


def elementwise(head: str, *, libraries: Sequence[str] = (), types: TypeRule | None = None,
                inactive: Sequence[str] = (), domain: Mapping[str, tuple[float, float]] | None = None,
                doc: str = "", fresh: bool = True, source: str | None = None, raises: Raises | None = None,
                **partials: Formula) -> Rows:
    """A function applied to each element: one partial derivative for each operand."""
    parsed = parse_head(head)
    _check_covered(parsed, partials, inactive)
    compiled = _compiled(parsed, partials, ())
    return tuple(
        Row(s, "elementwise", tuple(sorted(compiled)), partials=compiled, types=types or elementwise_type(s.name),
            doc=doc, domain=_domain(parsed, domain), raises=raises)
        for s in _signatures(parsed, libraries, fresh=fresh, source=source))


def _transposable(head: str, kind: str, types: TypeRule, libraries: Sequence[str], inactive: Sequence[str],
                  doc: str, memory: Mapping[str, Any], vjp: Mapping[str, Formula],
                  raises: Raises | None = None) -> Rows:
    parsed = parse_head(head)
    _check_covered(parsed, vjp, inactive)
    compiled = _compiled(parsed, vjp, ("g",))
    return tuple(Row(s, kind, tuple(sorted(compiled)), vjp=compiled, types=types, doc=doc, raises=raises)
                 for s in _signatures(parsed, libraries, **memory))


def linear(head: str, *, types: TypeRule, libraries: Sequence[str] = (), inactive: Sequence[str] = (),
           doc: str = "", view_of: str | None = None, fresh: bool = True, source: str | None = None,
           raises: Raises | None = None, **vjp: Formula) -> Rows:
    """A function linear in the operands given (all at once); each formula is its transpose applied to `g`."""
    memory = {"view_of": view_of, "fresh": fresh, "source": source}
    return _transposable(head, "linear", types, libraries, inactive, doc, memory, vjp, raises)


def bilinear(head: str, *, types: TypeRule, libraries: Sequence[str] = (), inactive: Sequence[str] = (),
             doc: str = "", source: str | None = None, **vjp: Formula) -> Rows:
    """A product: linear in each of the operands given."""
    return _transposable(head, "bilinear", types, libraries, inactive, doc, {"source": source}, vjp)


def general(head: str, *, types: TypeRule, jvp: Mapping[str, Formula], vjp: Mapping[str, Formula],
            libraries: Sequence[str] = (), inactive: Sequence[str] = (), doc: str = "",
            domain: Mapping[str, tuple[float, float]] | None = None, view_of: str | None = None,
            fresh: bool = True, source: str | None = None) -> Rows:
    """Any other function, with its tangent (of `t`) and its adjoint (of `g`) for each operand."""
    parsed = parse_head(head)
    if set(jvp) != set(vjp):
        raise ValueError(f"rule {head!r}: jvp= and vjp= must have the same operands")
    _check_covered(parsed, vjp, inactive)
    tangents, adjoints = _compiled(parsed, jvp, ("t",)), _compiled(parsed, vjp, ("g",))
    return tuple(Row(s, "general", tuple(sorted(adjoints)), jvp=tangents, vjp=adjoints, types=types, doc=doc,
                     domain=_domain(parsed, domain))
                 for s in _signatures(parsed, libraries, view_of=view_of, fresh=fresh, source=source))


def zero(head: str, *, types: TypeRule | None = None, libraries: Sequence[str] = (), doc: str = "",
         fresh: bool = True, source: str | None = None, raises: Raises | None = None) -> Rows:
    """A real-valued function whose derivative is zero wherever it exists."""
    parsed = parse_head(head)
    return tuple(Row(s, "zero", types=types or elementwise_type(s.name), doc=doc, raises=raises)
                 for s in _signatures(parsed, libraries, fresh=fresh, source=source))


def nondifferentiable(head: str, *, types: TypeRule, libraries: Sequence[str] = (), doc: str = "",
                      effect: bool = False, fresh: bool = True, source: str | None = None,
                      raises: Raises | None = None) -> Rows:
    """A function whose result carries no derivative: an integer, a truth value, a shape."""
    parsed = parse_head(head)
    return tuple(Row(s, "nondifferentiable", types=types, doc=doc, raises=raises)
                 for s in _signatures(parsed, libraries, effect=effect, fresh=fresh, source=source))


def structural(head: str, *, types: TypeRule, libraries: Sequence[str] = (), doc: str = "", effect: bool = False,
               mutates: str | None = None, view_of: str | None = None, fresh: bool = True,
               source: str | None = None, raises: Raises | None = None) -> Rows:
    """A primitive that the transforms handle themselves (memory, containers, selection)."""
    parsed = parse_head(head)
    return tuple(Row(s, "structural", types=types, doc=doc, raises=raises)
                 for s in _signatures(parsed, libraries, effect=effect, mutates=mutates, view_of=view_of,
                                      fresh=fresh, source=source))


def rows(*groups: Rows) -> Rows:
    """Groups of rows as one."""
    return tuple(row for group in groups for row in group)


def complete(*groups: Rows) -> Table:
    """The table of these rows, checked."""
    table = Table()
    for row in rows(*groups):
        table.add(row)
    check_table(table)
    return table


def check_table(table: Table) -> None:
    """Every function that a formula names is a primitive of the table; raises ValueError otherwise."""
    for row in table:
        formulas = [*row.partials.values(), *row.jvp.values(), *row.vjp.values()]
        F = row.formulas(None, table)
        for formula in formulas:
            if not isinstance(formula, TextFormula):
                continue
            for name in formula.functions:
                try:
                    F.key(name)
                except KeyError:
                    raise ValueError(f"rule of {row.name!r}: {formula.text!r} names {name!r}, "
                                     f"which is no primitive") from None


def constant(F: Formulas, value: object) -> Term:
    """A literal as a term."""
    return F.term(Const(value))
