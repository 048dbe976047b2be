"""Lists, tuples, dicts and records; comprehensions that make lists."""

from __future__ import annotations

from fuzz import arrays, expressions
from fuzz.constructs import feature, statement
from fuzz.kinds import FLOAT, VECTOR, Array, Dict, Kind, List, N, Record, Tuple, annotation
from fuzz.scope import Memory, Variable
from fuzz.writer import Writer

feature("NamedTuple", "dataclass", "star-unpacking")


def lists(writer: Writer, item: Kind = FLOAT) -> Variable | None:
    return writer.pick(lambda v: isinstance(v.kind, List) and v.kind.item == item)


@statement("list of numbers", 0.9)
def list_of_numbers(writer: Writer) -> bool:
    texts = [expressions.atom(writer) for _ in range(writer.random.randint(2, 4))]
    name = writer.define("l", List(FLOAT, len(texts))).name
    if writer.chance(0.2):
        writer.emit(f"{name} = [{texts[0]}] * {len(texts)}")
    else:
        writer.emit(f"{name} = [{', '.join(texts)}]")
    return True


@statement("list comprehension", 0.7)
def comprehension(writer: Writer) -> bool:
    source = lists(writer) or writer.array(rank=1)
    e = writer.fresh("e")
    if source is None or writer.chance(0.3):
        length = writer.random.randint(2, 4)
        text = f"[{expressions.factor(writer, 1)} * ({e} + 1) for {e} in range({length})]"
    else:
        assert isinstance(source.kind, (List, Array))
        length = source.kind.length if isinstance(source.kind, List) else source.kind.shape[0]
        value = f"{writer.choose([f'sin({e})', f'{e} * {e}', e])} * {expressions.factor(writer, 0)}"
        text = f"[{value} for {e} in {source.name}]"
    writer.emit(f"{writer.define('l', List(FLOAT, length)).name} = {text}")
    return True


@statement("item store of a list", 1)
def item_store(writer: Writer) -> bool:
    found = writer.pick(lambda v: isinstance(v.kind, List) and v.kind.item == FLOAT and not v.fixed)
    if found is None:
        return False
    place = writer.choose(expressions.places(writer, found, FLOAT))
    writer.emit(f"{place} {writer.choose(['=', '=', '+=', '*='])} {expressions.bounded(writer, 1)}")
    return True


@statement("append in a loop", 0.7, nests=True)
def appended(writer: Writer) -> bool:
    """A list that is filled, and then read."""
    if not writer.at_top:
        return False
    name, i = writer.fresh("l"), writer.fresh("i")
    count = writer.random.randint(1, 3)
    writer.emit(f"{name} = []")
    writer.emit(f"for {i} in range({count}):")
    with writer.block("for"):
        writer.emit(f"{name}.append({expressions.bounded(writer)})")
        if writer.chance(0.3):
            before, writer.frame.may_return = writer.frame.may_return, False
            writer.emit(f"{name}[{i}] *= {expressions.factor(writer, 0)}")
            writer.frame.may_return = before
    writer.scope.add(Variable(name, List(FLOAT, count)))
    return True


@statement("list methods", 0.7)
def methods(writer: Writer) -> bool:
    """Methods that change the length: where every path is here only."""
    found = lists(writer)
    if found is None or found.fixed or not writer.at_top or writer.frame.helper:
        return False
    assert isinstance(found.kind, List)
    name, length = found.name, found.kind.length
    if any(v is not found and v.memory.find() is found.memory.find() for v in writer.scope):
        return False
    value = expressions.bounded(writer, 1)
    roll = writer.random.choice(["append", "insert", "extend", "pop", "concatenate", "reverse"])
    if roll == "pop" and length > 1:
        writer.emit(f"{writer.define('v', FLOAT).name} = {name}.pop({writer.choose(['', '0', '-1'])})")
        found.kind = List(FLOAT, length - 1)
    elif roll == "append":
        writer.emit(f"{name}.append({value})")
        found.kind = List(FLOAT, length + 1)
    elif roll == "insert":
        writer.emit(f"{name}.insert({writer.choose('01')}, {value})")
        found.kind = List(FLOAT, length + 1)
    elif roll == "extend":
        writer.emit(f"{name}.extend([{value}, {expressions.atom(writer)}])")
        found.kind = List(FLOAT, length + 2)
    elif roll == "concatenate":
        writer.emit(f"{name} = {name} + [{value}]")
        found.kind = List(FLOAT, length + 1)
    else:
        writer.emit(f"{name} = {name}[::-1]")
    return True


@statement("list of arrays", 1)
def list_of_arrays(writer: Writer) -> bool:
    """References in a list; what is stored through one is seen through the others."""
    chosen = [writer.array(VECTOR.shape) for _ in range(2)]
    if any(v is None for v in chosen):
        return False
    a, b = chosen
    assert a is not None and b is not None
    if not a.memory.may_merge(b.memory):
        return False
    memory = a.memory.merge(b.memory)
    name = writer.define("L", List(VECTOR, 2), memory).name
    writer.emit(f"{name} = [{a.name}, {b.name}]")
    return True


@statement("list of new arrays", 0.6, nests=True)
def list_of_new_arrays(writer: Writer) -> bool:
    if not writer.at_top:
        return False
    name, i, c = writer.fresh("L"), writer.fresh("i"), writer.fresh("A")
    memory = Memory()
    memory.store()
    writer.emit(f"{name} = []")
    writer.emit(f"{c} = {arrays.fresh(writer, (N,))}")
    writer.emit(f"for {i} in range(2):")
    with writer.block("for"):
        if writer.chance(0.5):
            writer.emit(f"{c} = np.sin({c}) * {expressions.factor(writer, 0)}")
        else:
            writer.emit(f"{c}[{i}] = {expressions.bounded(writer, 1)}")
        writer.emit(f"{name}.append({writer.choose([c, c, c + '.copy()', c + ' * 0.8'])})")
    writer.scope.add(Variable(c, VECTOR, memory))
    writer.scope.add(Variable(name, List(VECTOR, 2), memory))
    return True


@statement("store into an item", 0.9)
def store_into_item(writer: Writer) -> bool:
    """A store into an array that a container holds."""
    found = writer.pick(lambda v: isinstance(v.kind, (List, Tuple, Dict, Record)) and v.may_store
                        and bool(expressions.places(writer, v, VECTOR)))
    if found is None:
        return False
    found.memory.store()
    place = writer.choose(expressions.places(writer, found, VECTOR))
    index = writer.choose(["0", "1", "-1", "1:", "::2"])
    writer.emit(f"{place}[{index}] {writer.choose(['=', '+=', '*='])} {expressions.bounded(writer, 1)}")
    return True


@statement("tuple", 0.8)
def tuples(writer: Writer) -> bool:
    """A tuple of numbers and an array; and its parts by unpacking."""
    array = writer.array()
    kinds: list[Kind] = [FLOAT, FLOAT]
    texts = [expressions.scalar(writer, 1), expressions.atom(writer)]
    memory = Memory()
    if array is not None and writer.chance(0.5):
        kinds.append(array.kind)
        texts.append(array.name)
        memory = array.memory
    name = writer.define("t", Tuple(tuple(kinds)), memory).name
    writer.emit(f"{name} = ({', '.join(texts)})")
    if writer.allows("star-unpacking", 0.2):
        a, b = writer.define("v", FLOAT).name, writer.fresh("rest")
        writer.emit(f"{a}, *{b} = {name}")
        writer.emit(f"{a} = {a} * {b}[0]")
    elif writer.chance(0.5):
        own = [Variable(writer.fresh("v" if k == FLOAT else "B"), k, memory if k != FLOAT else Memory()) for k in kinds]
        writer.emit(f"{', '.join(v.name for v in own)} = {name}")
        for variable in own:
            writer.scope.add(variable)
    return True


@statement("dict", 0.7)
def dicts(writer: Writer) -> bool:
    item: Kind = FLOAT
    texts = [expressions.scalar(writer, 1), expressions.atom(writer)]
    memory = Memory()
    a, b = writer.array(VECTOR.shape), writer.array(VECTOR.shape)
    if a is not None and b is not None and writer.chance(0.3) and a.memory.may_merge(b.memory):
        item, texts = VECTOR, [a.name, b.name]
        memory = a.memory.merge(b.memory)
    name = writer.define("d", Dict(("u", "v"), item), memory).name
    writer.emit(f"{name} = {{'u': {texts[0]}, 'v': {texts[1]}}}")
    return True


@statement("item store of a dict", 0.6)
def dict_store(writer: Writer) -> bool:
    found = writer.pick(lambda v: isinstance(v.kind, Dict) and v.kind.item == FLOAT and not v.fixed)
    if found is None:
        return False
    writer.emit(f"{found.name}[{writer.choose(['u', 'v'])!r}] {writer.choose(['=', '+=', '*='])} "
                f"{expressions.bounded(writer, 1)}")
    return True


@statement("loop over a dict", 0.4, nests=True)
def dict_loop(writer: Writer) -> bool:
    found = writer.pick(lambda v: isinstance(v.kind, Dict) and v.kind.item == FLOAT)
    if found is None or len(writer.frame.loops) > 2:
        return False
    key, e = writer.fresh("key"), writer.fresh("e")
    writer.emit(f"for {key}, {e} in {found.name}.items():")
    with writer.block("for"):
        writer.scope.add(Variable(e, FLOAT, fixed=True))
        writer.statements(2)
    return True


@statement("record", 0.8)
def records(writer: Writer) -> bool:
    """A NamedTuple or a dataclass with an array and a number."""
    array = writer.array(VECTOR.shape)
    if array is None:
        return False
    mutable = writer.allows("dataclass", 0.5)
    if not mutable and not writer.allows("NamedTuple"):
        return False
    kind = Record(writer.fresh("Pair"), (("w", VECTOR), ("b", FLOAT)), mutable)
    declare(writer, kind)
    text = f"{kind.name}({array.name}, {expressions.scalar(writer, 1)})"
    variable = writer.define("s", kind, array.memory)
    writer.emit(f"{variable.name} = {text}")
    return True


def declare(writer: Writer, kind: Record) -> None:
    """The class of a record in the module."""
    base = "" if kind.mutable else "(NamedTuple)"
    writer.imports.add("from dataclasses import dataclass" if kind.mutable else "from typing import NamedTuple")
    writer.module += ["", "", *(["@dataclass"] if kind.mutable else []), f"class {kind.name}{base}:"]
    writer.module += [f"    {name}: {annotation(part)}" for name, part in kind.fields]


@statement("attribute store", 0.5)
def attribute_store(writer: Writer) -> bool:
    found = writer.pick(lambda v: isinstance(v.kind, Record) and v.kind.mutable and not v.fixed)
    if found is None:
        return False
    writer.emit(f"{found.name}.b {writer.choose(['=', '+=', '*='])} {expressions.bounded(writer, 1)}")
    return True


