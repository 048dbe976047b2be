"""Stores into arrays: elements, slices, masks, index arrays, functions and methods that store."""

from __future__ import annotations

from collections.abc import Callable

from fuzz import arrays, expressions
from fuzz.constructs import Statement, feature, statement
from fuzz.kinds import Array
from fuzz.scope import Variable
from fuzz.subscripts import Subscript, element, part, subscript
from fuzz.writer import Writer

feature("fancy store")


def target(writer: Writer, rank: int | None = None) -> Variable | None:
    """An array to store into."""
    found = writer.array(store=True, rank=rank)
    if found is not None:
        found.memory.store()
    return found


def storing(name: str, weight: float, find: Callable[[Writer], Variable | None] = target,
            ) -> Callable[[Callable[[Writer, Variable], None]], Statement]:
    """Enter a statement that stores into an array, which `find` gives, into the table."""

    def enter(write: Callable[[Writer, Variable], None]) -> Statement:
        def with_target(writer: Writer) -> bool:
            array = find(writer)
            if array is not None:
                write(writer, array)
            return array is not None

        return statement(name, weight)(with_target)

    return enter


def shape_of(variable: Variable) -> tuple[int, ...]:
    assert isinstance(variable.kind, Array)
    return variable.kind.shape


@storing("element store", 4)
def element_store(writer: Writer, array: Variable) -> None:
    value = expressions.bounded(writer) if writer.chance(0.8) else expressions.atom(writer)
    writer.emit(f"{element(writer, array)} = {value}")


@storing("augmented element", 2)
def augmented_element(writer: Writer, array: Variable) -> None:
    operator, value = writer.random.choice([
        ("+=", f"0.5 * {expressions.bounded(writer, 1)}"), ("-=", expressions.bounded(writer, 1)),
        ("*=", f"cos({expressions.scalar(writer, 1)})"), ("/=", f"(1.4 + {expressions.atom(writer)} ** 2)")])
    writer.emit(f"{element(writer, array)} {operator} {value}")


def into(writer: Writer, shape: tuple[int, ...], source: Variable | None = None) -> str:
    """What is stored into a part of that shape: as large, or a number or vector that is broadcast."""
    if writer.chance(0.2):
        return expressions.bounded(writer, 1) if writer.chance(0.6) else expressions.atom(writer)
    if len(shape) == 2 and writer.allows("broadcasting", 0.2):
        return arrays.bounded(writer, shape[1:])
    if source is not None:
        text = part(writer, shape, prefer=source)
        if text is not None:
            return writer.choose([text, f"0.7 * {text}", f"np.sin({text})", f"-{text}"])
    return arrays.bounded(writer, shape) if writer.chance(0.6) else arrays.leaf(writer, shape)


def names_of(writer: Writer, place: Subscript) -> None:
    writer.note("slice store" if place.basic else "fancy store")


@storing("slice store", 3.5)
def slice_store(writer: Writer, array: Variable) -> None:
    place = subscript(writer, shape_of(array), fancy="fancy store" not in writer.options.without)
    names_of(writer, place)
    writer.emit(f"{array.name}[{place.text}] = {into(writer, place.shape)}")


@storing("overlapping store", 1.5)
def overlapping_store(writer: Writer, array: Variable) -> None:
    """A part of an array from another part of it: NumPy reads before it writes."""
    place = subscript(writer, shape_of(array), fancy=False)
    writer.emit(f"{array.name}[{place.text}] {writer.choose(['=', '=', '+='])} {into(writer, place.shape, array)}")


@storing("augmented slice", 2)
def augmented_slice(writer: Writer, array: Variable) -> None:
    place = subscript(writer, shape_of(array), fancy="fancy store" not in writer.options.without)
    names_of(writer, place)
    operator = writer.choose(["+=", "-=", "*="])
    value = into(writer, place.shape)
    text = f"np.cos({value})" if operator == "*=" else f"0.5 * ({value})"
    writer.emit(f"{array.name}[{place.text}] {operator} {text}")


@storing("mask store", 0.9)
def mask_store(writer: Writer, array: Variable) -> None:
    other = writer.array(shape_of(array)) or array
    mask = f"{other.name} {writer.choose('<>')} {writer.choose(['0.2', '0.5', '-0.1'])}"
    if writer.chance(0.25):
        name = writer.fresh("b")
        writer.emit(f"{name} = {mask}")
        mask = name
    source = writer.array(shape_of(array)) or array
    value = writer.choose([expressions.atom(writer), expressions.bounded(writer, 1),
                           f"np.sin({source.name}[{mask}])", f"{source.name}[{mask}] * 0.8"])
    writer.emit(f"{array.name}[{mask}] {writer.choose(['=', '=', '+=', '*='])} {value}")


def named(writer: Writer) -> Variable | None:
    """An array to store into whose name may be assigned."""
    found = writer.pick(lambda v: isinstance(v.kind, Array) and v.kind.is_float and v.may_store and not v.fixed)
    if found is not None:
        found.memory.store()
    return found


@storing("augmented array", 1.5, named)
def augmented_array(writer: Writer, array: Variable) -> None:
    """A name with `+=`: it stores into the array, for all that share it."""
    operator = writer.choose(["+=", "-=", "*=", "/="])
    value = into(writer, shape_of(array))
    text = {"*=": f"np.cos({value})", "/=": f"(1.4 + ({value}) ** 2)"}.get(operator, f"0.5 * ({value})")
    writer.emit(f"{array.name} {operator} {text}")


@storing("exchange of elements", 0.8)
def exchange(writer: Writer, array: Variable) -> None:
    if writer.chance(0.3) and shape_of(array)[0] >= 2:
        rows = ("0", "1") if len(shape_of(array)) == 1 else (":1", "-1:")
        writer.emit(f"{array.name}[{rows[0]}], {array.name}[{rows[1]}] = {array.name}[{rows[1]}] * 0.9, "
                    f"{array.name}[{rows[0]}] * {expressions.atom(writer)}")
        return
    a, b = element(writer, array), element(writer, array)
    writer.emit(f"{a}, {b} = {b}, {a}")


@storing("chained store", 0.6)
def chained_store(writer: Writer, array: Variable) -> None:
    other = target(writer) or array
    writer.emit(f"{element(writer, array)} = {element(writer, other)} = {expressions.bounded(writer, 1)}")


@storing("store through a subscript", 0.4, lambda writer: target(writer, rank=2) or target(writer))
def store_through(writer: Writer, array: Variable) -> None:
    """``A[1:][0] = v``: a store into a view that has no name."""
    place = subscript(writer, shape_of(array), fancy=False, drop=0.4)
    inner = "..." if writer.chance(0.4) else "0"
    writer.emit(f"{array.name}[{place.text}][{inner}] = {expressions.bounded(writer, 1)}")


@storing("storing function", 1)
def storing_function(writer: Writer, array: Variable) -> None:
    """NumPy's functions and methods that store into an argument."""
    shape, name = shape_of(array), array.name
    options = [f"np.copyto({name}, {arrays.bounded(writer, shape)})", f"{name}.fill({expressions.bounded(writer, 1)})"]
    if len(shape) == 1 and shape[0] >= 3:
        options += [f"np.add.at({name}, [0, 0, 2], {arrays.leaf(writer, (3,))})", f"{name}.sort()",
                    f"np.subtract.at({name}, [1, 1, 0], {expressions.atom(writer)})",
                    f"np.put({name}, [0, 2], {arrays.leaf(writer, (2,))})"]
    if len(shape) == 2:
        options.append(f"np.fill_diagonal({name}, {expressions.bounded(writer, 1)})")
    writer.emit(writer.choose(options))


@storing("out argument", 0.7)
def out_argument(writer: Writer, array: Variable) -> None:
    a, b = arrays.leaf(writer, shape_of(array)), arrays.leaf(writer, shape_of(array))
    writer.emit(writer.choose([f"np.sin({a}, out={array.name})", f"np.add({a}, np.cos({b}), out={array.name})",
                               f"np.multiply({a}, np.sin({b}), out={array.name})", f"np.tanh({a}, {array.name})"]))


