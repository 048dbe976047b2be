"""Where the nodes of a computation graph go: layers from top to bottom, regions as nested boxes.

Each region is laid out by itself, innermost first, and is then one box in the region around it.  An
edge that crosses a region's border enters and leaves it at a *port*; an edge that passes a layer does so
through a narrow *bend*, so that lines go around boxes.  Edges from one node share their ports and
bends.  All is computed from the graph alone, in a fixed order: the same graph is placed in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from s2sad.backend.graph import Edge, Graph, Node, Region

CHARACTER, LINE = 7.3, 16.0
_GAP, _LAYER_GAP = 18.0, 34.0
_PADDING, _TITLE, _BACK = 14.0, 24.0, 10.0
_SWEEPS = 12


@dataclass(eq=False)
class Box:
    """A rectangle or, with width 0, a port or bend; `x` and `y` are of the top left corner, in the region."""

    thing: Node | Region | None
    width: float = 0.0
    height: float = 0.0
    x: float = 0.0
    y: float = 0.0
    layer: int = 0
    inside: Placed | None = None

    def enters(self, source: Node) -> float:
        """Where an edge from `source` arrives, measured from the left side."""
        port = self.inside.entries.get(source) if self.inside else None
        return port.x if port else self.width / 2

    def leaves(self, source: Node) -> float:
        """Where an edge from `source` departs, measured from the left side."""
        port = self.inside.departures.get(source) if self.inside else None
        return port.x if port else self.width / 2


@dataclass(eq=False)
class Segment:
    """One piece of the edges from `source`, between boxes of neighbouring layers."""

    source: Node
    upper: Box
    lower: Box
    dotted: bool = True


@dataclass(eq=False)
class Placed:
    """A region with its boxes in place."""

    region: Region
    boxes: list[Box] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    entries: dict[Node, Box] = field(default_factory=dict)
    departures: dict[Node, Box] = field(default_factory=dict)
    width: float = 0.0
    height: float = 0.0


def node_lines(node: Node) -> list[str]:
    return [node.title, *([node.value] if node.value else [])]


def node_size(node: Node) -> tuple[float, float]:
    lines = node_lines(node)
    return max(max(map(len, lines)) * CHARACTER + 20, 44.0), len(lines) * LINE + 12


class _Layout:
    """Lays out one region, whose inner regions it lays out first."""

    def __init__(self, graph: Graph, region: Region) -> None:
        self.graph = graph
        self.region = region
        self.placed = Placed(region)
        self.of: dict[Node | Region, Box] = {}
        self.layers: list[list[Box]] = []
        self.above: dict[Box, list[Segment]] = {}
        self.below: dict[Box, list[Segment]] = {}

    def run(self) -> Placed:
        for item in self.region.items:
            self.of[item] = box = self._box(item)
            self.placed.boxes.append(box)
        links = self._links()
        self._assign_layers(links)
        self._route(links)
        for segment in self.placed.segments:
            self.below.setdefault(segment.upper, []).append(segment)
            self.above.setdefault(segment.lower, []).append(segment)
        self._order()
        self._place()
        return self.placed

    def _box(self, item: Node | Region) -> Box:
        if isinstance(item, Region):
            inside = _Layout(self.graph, item).run()
            return Box(item, inside.width, inside.height, inside=inside)
        return Box(item, *node_size(item))

    # -- structure -----------------------------------------------------------------------------------

    def _member(self, node: Node) -> Box | None:
        """The box of this region that the node is, or is in."""
        if node in self.of:
            return self.of[node]
        return next((self.of[region] for region in node.region.path() if region in self.of), None)

    def _links(self) -> list[tuple[Box, Box, Edge]]:
        """The edges between two boxes of this region, its ports included."""
        links = []
        for edge in self.graph.edges:
            upper, lower = self._member(edge.source), self._member(edge.target)
            if edge.kind == "back" or upper is lower:
                continue
            if upper is None:
                upper = self.placed.entries.setdefault(edge.source, Box(None))
            if lower is None:
                lower = self.placed.departures.setdefault(edge.source, Box(None))
            links.append((upper, lower, edge))
        return links

    def _assign_layers(self, links: list[tuple[Box, Box, Edge]]) -> None:
        """Every box below what it depends on; inputs of inner regions close to their first use."""
        first = 1 if self.placed.entries else 0
        for box in self.placed.boxes:
            box.layer = first
        changed = True
        while changed:
            changed = False
            for upper, lower, _ in links:
                if lower.layer < upper.layer + 1:
                    lower.layer, changed = upper.layer + 1, True
        for box in reversed(self.placed.boxes):
            below = [lower.layer for upper, lower, _ in links if upper is box and lower.thing is not None]
            fed = any(lower is box for _, lower, _ in links)
            if below and not fed and self.region.parent is not None:
                box.layer = max(box.layer, min(below) - 1)
        last = max((box.layer for box in self.placed.boxes), default=0)
        for port in self.placed.departures.values():
            port.layer = last + 1

    def _route(self, links: list[tuple[Box, Box, Edge]]) -> None:
        """Segments from layer to layer; edges from one node share bends."""
        bends: dict[tuple[Node, Box, int], Box] = {}
        segments: dict[tuple[Node, Box, Box], Segment] = {}
        every = [*self.placed.entries.values(), *self.placed.boxes, *self.placed.departures.values()]
        for upper, lower, edge in links:
            previous = upper
            for layer in range(upper.layer + 1, lower.layer + 1):
                box = lower
                if layer < lower.layer:
                    key = (edge.source, upper, layer)
                    if key not in bends:
                        bends[key] = Box(None, layer=layer)
                        every.append(bends[key])
                    box = bends[key]
                segment = segments.setdefault((edge.source, previous, box), Segment(edge.source, previous, box))
                segment.dotted = segment.dotted and edge.kind == "condition"
                previous = box
        self.placed.segments = list(segments.values())
        self.layers = [[] for _ in range(1 + max((box.layer for box in every), default=0))]
        for box in every:
            self.layers[box.layer].append(box)

    # -- order within layers -------------------------------------------------------------------------

    def _order(self) -> None:
        best, fewest = [list(layer) for layer in self.layers], self._crossings()
        for sweep in range(_SWEEPS):
            downwards = sweep % 2 == 0
            for layer in self.layers if downwards else reversed(self.layers):
                rank = {box: k for boxes in self.layers for k, box in enumerate(boxes)}
                centre = {box: self._barycentre(box, rank, downwards) for box in layer}
                layer.sort(key=lambda box: centre[box])
            crossings = self._crossings()
            if crossings < fewest:
                best, fewest = [list(layer) for layer in self.layers], crossings
        self.layers = best

    def _barycentre(self, box: Box, rank: dict[Box, int], downwards: bool) -> float:
        if downwards:
            places = [rank[s.upper] + s.upper.leaves(s.source) / (s.upper.width + 1) for s in self.above.get(box, [])]
        else:
            places = [rank[s.lower] + s.lower.enters(s.source) / (s.lower.width + 1) for s in self.below.get(box, [])]
        return sum(places) / len(places) if places else rank[box] + 0.5

    def _crossings(self) -> int:
        rank = {box: k for layer in self.layers for k, box in enumerate(layer)}
        total = 0
        for layer in self.layers:
            ends = [(rank[s.upper] + s.upper.leaves(s.source) / (s.upper.width + 1),
                     rank[s.lower] + s.lower.enters(s.source) / (s.lower.width + 1))
                    for box in layer for s in self.below.get(box, [])]
            total += sum((a[0] - b[0]) * (a[1] - b[1]) < 0 for k, a in enumerate(ends) for b in ends[:k])
        return total

    # -- coordinates ---------------------------------------------------------------------------------

    def _place(self) -> None:
        for layer in self.layers:
            _spread(layer, [0.0] * len(layer))
        for sweep in range(_SWEEPS):
            for layer in self.layers if sweep % 2 == 0 else reversed(self.layers):
                _spread(layer, [self._wish(box) for box in layer])
        boxes = [box for layer in self.layers for box in layer]
        backs = sum(edge.kind == "back" and edge.target in self.of for edge in self.graph.edges)
        title = len(self.region.label) * CHARACTER + 2 * _PADDING
        left = min((box.x for box in boxes), default=0.0)
        for box in boxes:
            box.x += _PADDING - left
        right = max((box.x + box.width for box in boxes), default=0.0)
        self.placed.width = max(right + _PADDING + backs * _BACK, title)
        y = _TITLE + 4
        for number, layer in enumerate(self.layers):
            tallest = max((box.height for box in layer), default=0.0)
            at_entry = number == 0 and self.placed.entries
            for box in layer:
                # Bends pass a layer from its top to its bottom.
                box.y = 0.0 if at_entry else y
                if box.thing is None and not at_entry:
                    box.height = tallest
            y += 0.0 if at_entry or not any(box.thing for box in layer) else tallest + _LAYER_GAP
        self.placed.height = y - _LAYER_GAP + _PADDING
        for port in self.placed.departures.values():
            port.y, port.height = self.placed.height, 0.0

    def _wish(self, box: Box) -> float:
        """The left side that makes the box's edges straight, on average."""
        wishes = [s.upper.x + s.upper.leaves(s.source) - box.enters(s.source) for s in self.above.get(box, [])]
        wishes += [s.lower.x + s.lower.enters(s.source) - box.leaves(s.source) for s in self.below.get(box, [])]
        return sum(wishes) / len(wishes) if wishes else box.x


def _spread(layer: Sequence[Box], wishes: Sequence[float]) -> None:
    """Put the boxes as close to their wishes as their order and widths allow (least squares)."""
    offset, offsets = 0.0, []
    for box in layer:
        offsets.append(offset)
        offset += box.width + _GAP
    # Pool neighbours whose wishes collide; each pool moves to its mean.
    pools: list[tuple[float, int]] = []
    for wish, shift in zip(wishes, offsets):
        pools.append((wish - shift, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (a, n), (b, m) = pools[-2:]
            pools[-2:] = [((a * n + b * m) / (n + m), n + m)]
    targets = [mean for mean, count in pools for _ in range(count)]
    for box, target, shift in zip(layer, targets, offsets):
        box.x = target + shift


def place(graph: Graph) -> Placed:
    """Lay out a whole graph."""
    return _Layout(graph, graph.root).run()
