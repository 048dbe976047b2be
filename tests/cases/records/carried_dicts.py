"""A dict that is another one in each iteration, also in a while loop; kept only on one path; nested loops."""


def advance(state, h):
    new = dict(state)
    new["x"] = state["x"] + h * state["v"]
    new["v"] = state["v"] - h * state["x"] * state["k"]
    return new


def f(x: float, k: float, n: int):
    state = {"x": x, "v": 0.5, "k": k}
    best = state
    for i in range(n):
        state = advance(state, 0.2)
        inner = {"s": 0.0}
        for j in range(i):
            inner["s"] += state["x"] * j
            if inner["s"] > 2.0:
                break
        state = {**state, "v": state["v"] + 0.1 * inner["s"]}
        if state["x"] > best["x"]:
            best = state
    steps = 0
    while state["x"] * state["x"] < 4.0 and steps < 5:
        state = advance(state, 0.3)
        steps += 1
        if steps == 3:
            last = {"x": state["x"], "w": k}
            return last["x"] * last["w"] + best["v"]
    return state["x"] * best["x"] + best["v"]


POINTS = [(0.7, 1.2, 6), (2.3, 0.4, 5), (1.9, -1.3, 0), (0.1, 0.2, 2)]
