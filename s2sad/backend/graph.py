"""The computation graph of a trace: a node per operation, loops and branches as regions.

::

    a ──▶ w0 = sin(a) ──▶ w1 = b * w0 ──▶ r = w1 + w2
    b ──────────────────▶     │                ▲
    └──▶ w2 = b ** 2 ─────────┴────────────────┘

In a loop, a value carried from one iteration to the next is a node at the region's head, and the value
that the next iteration receives comes back to it by a dashed edge.  A value that depends on which
branch was taken is a node after the branches.  Stores into arrays are nodes; what reads the array
afterwards depends on the last store.  The texts depend on the trace alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from s2sad.backend.effects import EFFECTS
from s2sad.backend.figures import figure
from s2sad.backend.notation import Notation, Signatures, loop_head
from s2sad.ir.trace import (
    Apply,
    Atom,
    Block,
    Break,
    Call,
    Const,
    Continue,
    For,
    Function,
    If,
    Loop,
    Op,
    Return,
    Try,
    Value,
    While,
    With,
    Yield,
)


@dataclass(eq=False)
class Node:
    """`kind` is ``input``, ``operation``, ``carried``, ``merge``, ``effect``, ``exit`` or ``output``."""

    id: str
    kind: str
    name: str
    expression: str
    value: str | None
    region: Region
    executed: bool = True

    @property
    def title(self) -> str:
        return f"{self.name} = {self.expression}" if self.name and self.expression else self.name or self.expression


@dataclass(eq=False)
class Region:
    """A loop, a branch or the whole function; `items` in program order."""

    id: str
    label: str
    parent: Region | None = None
    items: list[Node | Region] = field(default_factory=list)

    def path(self) -> list[Region]:
        """The regions from the outermost to this one."""
        return [*(self.parent.path() if self.parent else []), self]


@dataclass(frozen=True)
class Edge:
    """`kind` is ``data``, ``condition`` (which branch a merge takes) or ``back`` (the next iteration)."""

    source: Node
    target: Node
    kind: str = "data"
    label: str = ""


@dataclass
class Graph:
    """Nodes, edges and nested regions; `root` stands for the function."""

    root: Region
    nodes: list[Node] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)

    def to_mermaid(self) -> str:
        return to_mermaid(self)

    def to_dot(self) -> str:
        return to_dot(self)

    def to_svg(self) -> str:
        from s2sad.backend.svg import to_svg

        return to_svg(self)


@dataclass
class _Ends:
    """What a loop's body passes on: to its next iteration, and by `break` to what comes after."""

    following: list[list[Atom]] = field(default_factory=list)
    breaking: list[list[Atom]] = field(default_factory=list)


class _Builder:
    def __init__(self, function: Function, values: Mapping[Value, object] | None,
                 signatures: Signatures | None) -> None:
        self.notation = Notation(function, signatures)
        self.values = values
        self.graph = Graph(Region("function", function.name))
        self.regions = 0
        # The node that a value is read from: its definition, or the last store into it.
        self.current: dict[Value, Node] = {}
        self.loops: list[_Ends] = []

    def node(self, region: Region, kind: str, name: str, expression: str, value: Value | None) -> Node:
        shown = None
        executed = True
        if self.values is not None and value is not None:
            executed = value in self.values
            shown = figure(self.values[value]) if executed else None
        node = Node(f"n{len(self.graph.nodes)}", kind, name, expression, shown, region, executed)
        self.graph.nodes.append(node)
        region.items.append(node)
        return node

    def region(self, parent: Region, label: str) -> Region:
        self.regions += 1
        region = Region(f"r{self.regions}", label, parent)
        parent.items.append(region)
        return region

    def close(self, region: Region) -> None:
        """Drop a region in which nothing was drawn."""
        if not region.items and region.parent:
            region.parent.items.remove(region)

    def edge(self, source: Node | None, target: Node, kind: str = "data", label: str = "") -> None:
        edge = Edge(source, target, kind, label) if source and source is not target else None
        if edge and edge not in self.graph.edges:
            self.graph.edges.append(edge)

    def source(self, atom: Atom) -> Node | None:
        return self.current.get(atom) if isinstance(atom, Value) else None

    def reads(self, op: Op, node: Node) -> None:
        for value in self.notation.operands(op):
            self.edge(self.current.get(value), node)

    def function(self, function: Function) -> Graph:
        root = self.graph.root
        for value in function.values:
            self.current[value] = self.node(root, "input", self.notation.names[value], "", value)
        self.block(function.block, root)
        return self.graph

    def block(self, block: Block, region: Region) -> None:
        for op in block.ops:
            if isinstance(op, (Apply, Call)):
                self.simple(op, region)
            elif isinstance(op, If):
                self.branch(op, region)
            elif isinstance(op, (For, While)):
                self.loop(op, region)
            elif isinstance(op, Return):
                self.output(op, region)
            elif isinstance(op, (Break, Continue)):
                self.exit(op, region)

    def simple(self, op: Apply | Call, region: Region) -> None:
        results = op.defined()
        if results and all(self.notation.folded(value) for value in results):
            if isinstance(op, Apply) and op.prim == "global":
                self.current[results[0]] = self.node(region, "input", str(op.attrs.get("name", "?")), "", results[0])
            return
        if not results:
            self.effect(op, region)
        for value in results:
            node = self.node(region, "operation", self.notation.names[value], self.notation.expression(op), value)
            self.reads(op, node)
            self.current[value] = node

    def effect(self, op: Apply | Call, region: Region) -> None:
        node = self.node(region, "effect", "", self.notation.expression(op), None)
        self.reads(op, node)
        stores = isinstance(op, Apply) and op.prim in EFFECTS - {"assert", "comment"}
        if stores and isinstance(op.args[0], Value):
            self.current[op.args[0]] = node

    def branch(self, op: If, region: Region) -> None:
        if op.results and all(self.notation.folded(value) for value in op.results):
            return
        ends: list[tuple[str, list[Node | None]]] = []
        for label, block in self.sides(op):
            inner = self.region(region, label)
            self.block(block, inner)
            self.close(inner)
            if not isinstance(block.ops[-1], Yield):
                self.decides(op, self.graph.nodes[-1])
            else:
                ends.append((label.split()[0], [self.source(a) for a in block.ops[-1].values]))
        for position, value in enumerate(op.results):
            node = self.node(region, "merge", self.notation.names[value], "", value)
            self.decides(op, node)
            for label, sources in ends:
                self.edge(sources[position], node, label=label)
            self.current[value] = node

    def sides(self, op: If) -> list[tuple[str, Block]]:
        """The blocks of a branch, a `with` or a `try`, each with what stands above it."""
        condition = "" if isinstance(op, Try) else self.notation.condition(op.cond)
        if isinstance(op, With):
            return [(f"with {condition}", op.then)]
        if isinstance(op, Try):
            final = [] if op.final is None else [("finally", op.final)]
            return [("try", op.then), *([(f"except {', '.join(op.kinds)}", op.orelse)] if op.kinds else []), *final]
        return [(f"if {condition}", op.then), ("else", op.orelse)]

    def decides(self, op: If, node: Node) -> None:
        """Edges from the condition."""
        for value in self.notation.operands(op):
            self.edge(self.current.get(value), node, "condition")

    def loop(self, op: For | While, region: Region) -> None:
        inner = self.region(region, loop_head(self.notation, op))
        index = [op.index] if isinstance(op, For) else []
        for value in index:
            self.current[value] = self.node(inner, "carried", self.notation.names[value], "", value)
            for bound in self.notation.operands(_bounds(op)):
                self.edge(self.current.get(bound), self.current[value])
        heads = [self.head(op, position, inner) for position in range(len(op.inits))]
        ends = _Ends()
        self.loops.append(ends)
        if isinstance(op, While):
            self.block(op.cond, inner)
        self.block(op.body, inner)
        self.loops.pop()
        if isinstance(last := op.body.ops[-1], Yield):
            ends.following.append(last.values)
        self.leave(op, region, heads, ends)
        self.close(inner)

    def head(self, op: For | While, position: int, inner: Region) -> Node | None:
        """The node of a carried value at the head of its loop, if anything there reads it."""
        values = [block.params[len(block.params) - len(op.inits) + position] for block in op.blocks()]
        if not any(self.notation.users.get(value) for value in values):
            return None
        node = self.node(inner, "carried", self.notation.names[values[-1]], "", values[-1])
        self.edge(self.source(op.inits[position]), node)
        for value in values:
            self.current[value] = node
        return node

    def leave(self, op: Loop, region: Region, heads: list[Node | None], ends: _Ends) -> None:
        """Edges to the next iteration, and a node for each value that is read after the loop."""
        for position, (head, result) in enumerate(zip(heads, op.results)):
            following = [self.source(values[position]) for values in ends.following]
            for source in following:
                if source and head:
                    self.edge(source, head, "back")
            if not self.notation.users.get(result):
                continue
            sources = [*following, *(self.source(values[position]) for values in ends.breaking)]
            if sources and sources[0] and all(source is sources[0] for source in sources):
                self.current[result] = sources[0]
                continue
            node = self.node(region, "merge", self.notation.names[result], "", result)
            for source in sources:
                self.edge(source, node)
            self.current[result] = node

    def exit(self, op: Break | Continue, region: Region) -> None:
        self.node(region, "exit", "", type(op).__name__.lower(), None)
        ends = self.loops[-1]
        (ends.breaking if isinstance(op, Break) else ends.following).append(op.values)

    def output(self, op: Return, region: Region) -> None:
        (atom,) = op.values or [Const(None)]
        node = self.source(atom)
        if node and region.parent is None and node.region is region and node.kind in ("operation", "merge"):
            node.kind = "output"
            return
        value = atom if isinstance(atom, Value) else None
        self.reads(op, self.node(region, "output", "", f"return {self.notation.expression(op)}", value))


def _bounds(op: For | While) -> Op:
    """The bounds of a range, as an operation to read operands from."""
    bounds = [op.start, op.stop, op.step] if isinstance(op, For) else []
    return Apply("range", bounds)


def graph_of(function: Function, values: Mapping[Value, object] | None = None, *,
             signatures: Signatures | None = None) -> Graph:
    """The computation graph; `values` (of an evaluation) are shown in the nodes, the last one in loops."""
    return _Builder(function, values, signatures).function(function)


# -- Mermaid ---------------------------------------------------------------------------------------------

_MERMAID_SHAPES = {
    "input": ('(["', '"])'), "carried": ('(["', '"])'), "merge": ('{{"', '"}}'), "output": ('[["', '"]]'),
    "exit": ('(("', '"))'),
}
_MERMAID_ARROWS = {"data": "-->", "condition": "-.->", "back": "-.->"}


def _mermaid_text(text: str) -> str:
    for sign, entity in (("&", "&amp;"), ("#", "#35;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(sign, entity)
    return text


def to_mermaid(graph: Graph) -> str:
    """The graph for Mermaid, which GitHub and many editors draw."""
    lines = ["%% generated by s2sad", "flowchart TD"]

    def region(items: list[Node | Region], depth: int) -> None:
        pad = "    " * depth
        for item in items:
            if isinstance(item, Region):
                lines.append(f'{pad}subgraph {item.id}["{_mermaid_text(item.label)}"]')
                region(item.items, depth + 1)
                lines.append(f"{pad}end")
            else:
                opening, closing = _MERMAID_SHAPES.get(item.kind, ('["', '"]'))
                texts = [_mermaid_text(item.title), *([_mermaid_text(item.value)] if item.value else [])]
                lines.append(f"{pad}{item.id}{opening}{'<br/>'.join(texts)}{closing}")

    region(graph.root.items, 1)
    for edge in graph.edges:
        label = f"|{edge.label}|" if edge.label else ""
        lines.append(f"    {edge.source.id} {_MERMAID_ARROWS[edge.kind]}{label} {edge.target.id}")
    return "\n".join(lines) + "\n"


# -- DOT -------------------------------------------------------------------------------------------------

_DOT_STYLES = {
    "input": ' shape=box style="rounded,filled" fillcolor="#e8f0fe"',
    "carried": ' shape=box style="rounded,dashed"',
    "merge": " shape=hexagon",
    "effect": ' shape=box style=filled fillcolor="#fff4e0"',
    "exit": " shape=oval",
    "output": ' shape=box penwidth=2 style=filled fillcolor="#e6f4ea"',
}
_DOT_EDGES = {"data": "", "condition": " [style=dotted]", "back": " [style=dashed constraint=false]"}


def _dot_text(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def to_dot(graph: Graph) -> str:
    """The graph for Graphviz: ``dot -Tsvg``."""
    lines = ["// generated by s2sad", "digraph {", '    node [shape=box fontname="monospace" fontsize=11]',
             '    graph [fontname="monospace" fontsize=11]']

    def region(items: list[Node | Region], depth: int) -> None:
        pad = "    " * depth
        for item in items:
            if isinstance(item, Region):
                lines.append(f"{pad}subgraph cluster_{item.id} {{")
                lines.append(f'{pad}    label="{_dot_text(item.label)}"')
                region(item.items, depth + 1)
                lines.append(f"{pad}}}")
            else:
                text = _dot_text(item.title) + (f"\\n{_dot_text(item.value)}" if item.value else "")
                lines.append(f'{pad}{item.id} [label="{text}"{_DOT_STYLES.get(item.kind, "")}]')

    region(graph.root.items, 1)
    lines += [f"    {edge.source.id} -> {edge.target.id}{_DOT_EDGES[edge.kind]}" for edge in graph.edges]
    return "\n".join([*lines, "}"]) + "\n"
