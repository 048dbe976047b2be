"""Random integer programs with every kind of control flow, for comparing traces with Python."""

from __future__ import annotations

import random

NAMES = ["a", "b", "c", "d", "i"]


class Writer:
    """Writes one program ``f(a, b, xs)``; loops are bounded."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lines: list[str] = []
        self.counters = 0

    def program(self) -> str:
        self.lines = ["def f(a, b, xs):"]
        self.lines += ["    def g(t, u=2):", "        return t * u + a", ""]
        for name in NAMES[2:]:
            if self.random.random() < 0.93:
                self.lines.append(f"    {name} = {self.random.randint(-3, 3)}")
        self.block(1, 3, False)
        self.lines.append("    return " + ", ".join(self.random.sample(NAMES, 3)))
        return "\n".join(self.lines) + "\n"

    def line(self, depth: int, text: str) -> None:
        self.lines.append("    " * depth + text)

    def expression(self, size: int = 2) -> str:
        r = self.random
        if size == 0 or r.random() < 0.3:
            return r.choice([r.choice(NAMES), str(r.randint(-4, 4)), "xs[i % 3]"])
        x, y = self.expression(size - 1), self.expression(size - 1)
        return r.choice([f"({x} + {y})", f"({x} - {y})", f"({x} * {y}) % 97", f"({x} if {self.test()} else {y})",
                         f"({x} or {y})", f"({x} and {y})", f"min({x}, {y})", f"g({x})", f"g(u={x}, t={y}) % 89"])

    def test(self) -> str:
        x, y = self.expression(0), self.expression(0)
        return self.random.choice([f"{x} < {y}", f"{x} % 2 == 0", f"not {x} > {y}", f"-2 < {x} <= {y}",
                                   f"{x} < 3 and {y} > -1", f"{x} > 5 or {y} < 0"])

    def block(self, depth: int, size: int, in_loop: bool) -> None:
        for _ in range(self.random.randint(1, 3)):
            self.statement(depth, size, in_loop)

    def statement(self, depth: int, size: int, in_loop: bool) -> None:
        r = self.random
        kind = r.choice(["assign", "assign", "augment", "swap", "store", "list"] if size == 0 else
                        ["assign", "augment", "if", "if", "for", "for", "while", "swap", "store", "exit"])
        if kind == "assign":
            self.line(depth, f"{r.choice(NAMES)} = {self.expression()}")
        elif kind == "augment":
            self.line(depth, f"{r.choice(NAMES)} {r.choice(['+=', '-='])} {self.expression(1)}")
        elif kind == "swap":
            p, q = r.sample(NAMES, 2)
            self.line(depth, f"{p}, {q} = {q}, {self.expression(1)}")
        elif kind == "store":
            self.line(depth, r.choice(["xs[{}] = {}", "xs[{}] += {}"]).format(f"{r.choice(NAMES)} % 3",
                                                                              self.expression(1)))
        elif kind == "list":
            kept = f"for i in range(3) if i != {r.choice(NAMES)}"
            self.line(depth, f"{r.choice(NAMES)} = len([{self.expression(1)} {kept}])")
        elif kind == "if":
            self.branches(depth, size, in_loop)
        elif kind == "exit" and in_loop:
            self.line(depth, f"if {self.test()}:")
            self.line(depth + 1, r.choice(["break", "continue", f"return {self.expression(1)}"]))
        elif kind in ("for", "while"):
            self.loop(kind, depth, size)
        else:
            self.line(depth, "pass")

    def branches(self, depth: int, size: int, in_loop: bool) -> None:
        self.line(depth, f"if {self.test()}:")
        self.arm(depth + 1, size, in_loop)
        if self.random.random() < 0.3:
            self.line(depth, f"elif {self.test()}:")
            self.arm(depth + 1, size, in_loop)
        if self.random.random() < 0.6:
            self.line(depth, "else:")
            self.arm(depth + 1, size, in_loop)

    def arm(self, depth: int, size: int, in_loop: bool) -> None:
        self.block(depth, size - 1, in_loop)
        if self.random.random() < 0.25:
            exits = [f"return {self.expression(1)}"] + (["break", "continue"] if in_loop else [])
            self.line(depth, self.random.choice(exits))

    def loop(self, kind: str, depth: int, size: int) -> None:
        r = self.random
        if kind == "for":
            name = r.choice(NAMES)
            head = r.choice([f"for {name} in range({r.randint(0, 4)})",
                             f"for {name} in range(5, {r.randint(-1, 5)}, -2)",
                             f"for {name} in xs", f"for {name} in reversed(xs)",
                             f"for {name}, d in enumerate(xs, {r.randint(0, 1)})",
                             f"for {name} in reversed(range(1, {r.randint(0, 6)}))",
                             f"for c, {name} in zip(xs, range(3, 9, 3))"])
            self.line(depth, head.replace("c, c in", "c, a in").replace("d, d in", "d, b in") + ":")
        else:
            counter = f"k{self.counters}"
            self.counters += 1
            self.line(depth, f"{counter} = 0")
            self.line(depth, f"while {counter} < {r.randint(0, 4)} and ({self.test()}):")
            self.line(depth + 1, f"{counter} += 1")
        self.block(depth + 1, size - 1, True)
