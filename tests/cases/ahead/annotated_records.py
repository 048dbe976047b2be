"""Parameters annotated with classes of the file: a dataclass that holds a NamedTuple, a TypedDict, tuples of these."""

from dataclasses import dataclass
from typing import NamedTuple, TypedDict


class Point(NamedTuple):
    x: float
    y: float = 0.0


@dataclass(frozen=True)
class Disk:
    center: Point
    radius: float
    name: str = "disk"


class Options(TypedDict):
    power: int
    scale: float


def distance(a: Point, b: Point) -> float:
    return ((a.x - b.x) ** 2 + (a.y - b.y) ** 2) ** 0.5


def f(disk: Disk, pair: tuple[Point, float], options: Options):
    p, weight = pair
    d = distance(disk.center, p)
    inside = Point(d / disk.radius)
    if inside.x < 1.0:
        return options["scale"] * weight * (1.0 - inside.x) ** options["power"] + inside.y
    return weight * p.x


WRT = ("disk", "pair", "options")
SECOND_SIGNATURE = ("disk=object(center=namedtuple(x=float, y=float), radius=float, name=str), "
                    "pair=tuple[namedtuple(x=float, y=float), float], options={'power': int, 'scale': float}")
POINTS = [
    (Disk(Point(0.1, 0.2), 2.0), (Point(0.5, 1.0), 3.0), {"power": 3, "scale": 0.5}),
    (Disk(Point(0.1, 0.2), 0.5), (Point(0.5, 1.0), 3.0), {"power": 3, "scale": 0.5}),
]
