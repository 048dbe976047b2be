"""A list of dataclasses in a dict, read in nested loops; a field of each has no derivative."""

from dataclasses import dataclass


@dataclass
class Body:
    mass: float
    x: float
    name: str


def f(system, g):
    energy = 0.0
    bodies = system["bodies"]
    for i in range(len(bodies)):
        a = bodies[i]
        for b in bodies[:i]:
            d = a.x - b.x
            energy -= g * a.mass * b.mass / (d * d + system["eps"])
        if a.name == "sun":
            energy += 0.5 * a.mass
    return energy


WRT = ("system", "g")
SIGNATURE = 'system={"bodies": list[object(mass=float, x=float, name=str)], "eps": float}, g=float'
POINTS = [
    ({"bodies": [Body(2.0, 0.1, "sun"), Body(0.5, 1.1, "b"), Body(0.3, -0.7, "c")], "eps": 0.1}, 1.5),
    ({"bodies": [Body(2.0, 0.1, "sun")], "eps": 0.1}, 0.5),
]
