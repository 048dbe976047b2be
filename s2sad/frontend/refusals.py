"""What is refused: the constructs that no code can be written for, and the table of all reasons.

`CONSTRUCTS` are the nodes without a lowering.  `REASONS` is the whole list, also of what is found later, once types
are known: the documentation shows it, and the tests hold each message of each refused program against it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_NO_STATE = "use functions of numbers and arrays"

# gast node -> (what it is called, hint)
CONSTRUCTS: dict[str, tuple[str, str]] = {
    # statements
    "Nonlocal": ("rebinding a variable of a function that is not differentiated itself", "return its new value"),
    "TryStar": ("a try statement", "test for the exceptional case with `if`"),
    "AsyncWith": ("an async with statement", "do this outside the differentiated function"),
    "AsyncFor": ("an async for loop", "use a plain `for` loop"),
    "AsyncFunctionDef": ("an async function", "use a plain function"),
    "ClassDef": ("a class definition", _NO_STATE),
    "Delete": ("`del` of an attribute", "leave it, or make an object of another class"),
    # expressions
    "Yield": ("a generator", "append to a list and return it"),
    "YieldFrom": ("a generator", "append to a list and return it"),
    "Await": ("an await expression", "use a plain function"),
    "Set": ("a set display", "use a tuple or a list"),
    "SetComp": ("a set comprehension", "use a list"),
    "GeneratorExp": ("a generator expression that is not consumed at once", "make it a list, with `[... for ...]`"),
    "Lambda": ("a lambda used as a value", "call it directly, or define a function with `def`"),
    "Starred": ("a starred expression here", "write the elements out"),
}

METHODS: dict[str, str] = {
    "resize": "allocate the array at its final size",
    "itemset": "store with a subscript: `x[i] = v`",
}


@dataclass(frozen=True)
class Reason:
    """A row of the documentation; `messages` are patterns of what the errors say."""

    construct: str
    reason: str
    instead: str
    messages: tuple[str, ...]

    def covers(self, message: str) -> bool:
        return any(re.search(pattern, message) for pattern in self.messages)


REASONS: tuple[Reason, ...] = (
    Reason("`async`, `await`, generators as functions, iterators kept as values",
           "their statements run when somebody else asks", "lists, loops",
           ("async", "a generator", "generator expression", "await", "outside the head of a for loop",
            r"filter\(\)", "several loops in the head")),
    Reason("sets", "their order is not defined, sums over them are not reproducible", "tuples, lists",
           ("a set ", r"set\(\)", "type 'set'")),
    Reason("classes defined inside, `del` of attributes, `exec`, other built-ins",
           "what they mean is not in the text", "module-level classes; compute it before, and pass the result",
           ("class definition", "`del` of an attribute", "the built-in", "bytes literal", "star import")),
    Reason("functions, methods and attributes that s2sad does not know; other arguments of those that it knows",
           "without a rule nothing is known of their derivative", "functions that are known, or a rule of your own",
           ("is not known to s2sad", "these arguments of", "has no parameter", "positional argument", "takes one",
            "takes two", "one to three arguments", r"the method \.", "with these arguments", "several outputs",
            "casting rule", "is not known in a function", "leaves elements unset", "misses the argument",
            "is given twice", "format string", "array of another dtype", "NumPy does not store", "without axes",
            r"fill\(\) with an array", "clips or wraps", "wrap=True", "along an axis", "in 0 pieces",
            "number of pieces", "coordinates are not written out", "has no value$")),
    Reason("derivatives that some functions do not have: of `np.dot` of many axes, other norms, `np.einsum` with "
           "`...`, `np.pad` by other modes",
           "no rule is written yet", "the form that the hint names",
           ("np.dot of arrays of three", "the derivative of", "einsum", "np.interp with", "np.pad with", "np.sort of",
            "np.linspace between", "np.repeat with", "np.trapezoid with", "np.tensordot with", "that is not a literal",
            "reversed\\(\\) of", "with this index", "range with a computed step")),
    Reason("values from names that mean nothing fixed: computed at the top of a module, assigned twice, in an `if`, "
           "from a star import; variables that functions rebind (ahead of time)",
           "nothing of the user's is executed", "a literal value, an argument; the decorator, in process",
           ("is not a literal", "is defined conditionally", "assigned more than once", "is changed by a function",
            "may come from the star import", "is rebound", "rebound by a function", "depends on itself",
            "is not defined", "has no value yet", "does not parse", "of the module that is also read")),
    Reason("names that are read before they are assigned, or where an error may have kept a `try` from assigning them; "
           "a `try` in another one that has handlers, where what both assign is read",
           "there is no value, or how far the inner one came is not known", "assign them on every path; a function",
           ("read before it is assigned", "kept the try", "inside another one came", "never returns")),
    Reason("a name that a `finally` assigns and that is read later; one that it reads and the `try` assigns; leaving "
           "from a `finally`; handlers of computed classes",
           "which value it has depends on how the `try` was left",
           "an array or a list that the `finally` stores into; the assignment behind the `try`",
           ("is read in its finally", "finally assigns", "leaving from a finally", "errors of Python's")),
    Reason("contexts other than `np.errstate`, `warnings.catch_warnings` and locks", "what they do is not known",
           "do this outside the function", ("context",)),
    Reason("patterns with mappings or positional parts of a class, `:=` in some comprehensions",
           "what they bind is not in the text", "`if`, a loop", ("pattern", "an assignment expression")),
    Reason("stars where the number of items is not known, numbers of items that do not match",
           "names must be bound one by one", "write the items out",
           ("starred", r"`\*\*`", "are unpacked", "any number of arguments", r"parameter '\*")),
    Reason("functions as values where it is not known which: mixed with other values, in dicts of computed keys, in "
           "lists that grow in loops",
           "each call must be of functions that are known", "`if`, or call them where they are chosen",
           ("used as a value", "is not a function known here", "of functions", "functions and values",
            "bound to a function", "is returned on one path", "is a function here", "has no __call__", "is no function",
            "this is a function", "that hold functions", "returns functions", "inner functions",
            "held by something else", r"there is no item '", "lambda in a comprehension", "changes what it keeps",
            "all of these objects",
            "not each of these objects")),
    Reason("derivatives asked for inside, with computed `wrt`", "they are written out before the program runs",
           "write `wrt` out", ("wrt= is not", "wrt='\\w+'", "the jvp of")),
    Reason("`wrt=\"model.k\"`", "a gradient has the structure of a parameter",
           "`wrt=\"model\"`, and `.k` of the gradient",
           (r"wrt='\w+\.",)),
    Reason("`**kwargs` of the function that is differentiated (helpers may have them)",
           "which arguments there are is not in its text", "parameters with names, a dict", (r"the parameter '\*\*",)),
    Reason("a name that becomes another function in each iteration of a loop of unknown length (`fs[i](x)` is fine)",
           "the chain of functions has no end in the text", "a list of functions, a loop over it",
           ("bound to a function or module and changes", "that hold functions")),
    Reason("objects whose class runs code when they are made, dicts with computed keys, containers that are compared, "
           "differ from path to path, or are stored into under several names",
           "their fields become variables of their own", "plain dataclasses, the same keys on every path",
           ("code that runs when", "cannot be made here", "a key of a dict is computed", "not known to be a dict",
            "containers? ", "is used here as a whole", "has no items", "has no field", "has no attribute", "fields of",
            "storing into a", "is not in the dict", "on one path", "set in a loop only", "set in this loop",
            "other keys", "cannot be", "is None or a tuple",
            r"`in` of", "asdict", "key of", "a dict or an object", "break or continue under a condition",
            "is out of range", "assigning to the attribute", "dict\\(\\) of a sequence",
            "`[^`]*` of a list of containers")),
    Reason("stores into a field of a container that came in, into its items, or into a list that came in",
           "it would have to be given back", "return a new container",
           ("that came in", "into its argument", "an item of the argument", "lists of containers",
            r"\.pop\(\) of a list", r"appending to a list")),
    Reason("a list that changes its length while it is iterated",
           "Python looks at the length in each step, a trace does not", "a loop over `range(len(x))`, a copy",
           ("changes its length",)),
    Reason("a list argument that changes its length, or holds more than numbers and is stored into",
           "its seed and its adjoint would differ in structure", "a copy: `xs = list(xs)`",
           ("items or the length of its argument",)),
    Reason("`x += y` where `x` may be an array without axes (`np.where` of numbers) with several names",
           "its type is a number's: the update could rebind or store", "`a if c else b`",
           ("without axes", "rebinds a number")),
    Reason("lists of arrays and other things under several names, arrays that calls give back under another name, "
           "recursion that writes an array under several names",
           "their adjoints have no one place", "an array, a copy",
           ("several names", "share memory", "repeats elements", "and of other things", "every other item",
            "slice of a list")),
    Reason("stores into arrays of the module", "the derivative would keep them", "pass them as arguments",
           ("belongs to the module",)),
    Reason("active values stored into integer arrays",
           "NumPy rounds them: the derivative is zero, which is rarely meant", "an array of floats",
           ("may round",)),
    Reason("an active store in a loop or branch of a `try` that a later error in it could follow",
           "how far the loop came is not known exactly", "a `try` inside the loop, a store behind the `try`",
           ("in the same try",)),
    Reason("`vjp` and `jvp` where an array in a container that came in is stored into, or one beside a container that "
           "is returned (`grad` is fine)",
           "its seed would be part of a container", "pass the array as an argument of its own, or work on a copy",
           ("does not support here",)),
    Reason("complex intermediate values", "not done yet", "real and imaginary parts", ("complex",)),
    Reason("ranks and types that are not known ahead of time, where the derivative depends on them; derivatives of "
           "recursive functions beyond the second, which save tuples in tuples without end",
           "`A[i]` may be a number or a row, `x += y` a rebinding or a store", "an annotation, or `--signature`",
           ("rank is not known", "unknown rank", "not known to be (a|two) ", "rebinds a number", "may be a view",
            "may be a list or an array", "must be a number elsewhere", "variable index", "how many axes",
            "unknown form", "np\\.\\w+ of a (list|tuple)$", "of unknown length")),
)


def refusal(node: Any) -> tuple[str, str]:
    """The message and the hint for a node that is not supported."""
    what, hint = CONSTRUCTS.get(type(node).__name__, (f"the construct {type(node).__name__}", "write it differently"))
    return f"{what} is not supported", hint
