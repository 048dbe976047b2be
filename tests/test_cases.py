"""Every case file, through every way to obtain its derivatives.

`pytest tests/test_cases.py --update-goldens` rewrites the golden files; a golden is written, and
compared, only after the text in it has been executed and agrees with finite differences.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from harness.cases import CASES, Case, all_cases, copied, wrt_argument
from harness.checks import Derivatives, Point, reference
from harness.coverage import unreached_lines
from harness.generated import Workshop, adjoint_only, entry_name, generate, imported_packages, imports_case, run_alone
from harness.numeric import assert_close, flat, jacobian, precision, random_like
from harness.output import printed, quiet
from harness.structure import equal, leaves, signature_text

ALL = all_cases()
AHEAD_OF_TIME = [case for case in ALL if not case.option("IN_PROCESS_ONLY")]
SECOND_ORDER = [case for case in AHEAD_OF_TIME if case.option("SECOND_ORDER", True)]
ERRORS = [case for case in ALL if case.option("ERRORS")]
EDGES = [case for case in ALL if case.option("EDGES")]
OWN_IMPORTS = {"numpy", "scipy", "__future__"} | set(sys.stdlib_module_names)

every_case = pytest.mark.parametrize("case", ALL, ids=[case.id for case in ALL])
every_file = pytest.mark.parametrize("case", AHEAD_OF_TIME, ids=[case.id for case in AHEAD_OF_TIME])
every_smooth = pytest.mark.parametrize("case", SECOND_ORDER, ids=[case.id for case in SECOND_ORDER])


@pytest.fixture
def or_refused(case: Case) -> Callable[[Callable[[], Any]], Any]:
    """Runs the test's part that compiles; where the case allows it, a refusal is as good as an answer."""

    def run(compile_it: Callable[[], Any]) -> Any:
        import s2sad

        try:
            return compile_it()
        except s2sad.S2SADError as error:
            if not case.option("MAY_REFUSE"):
                raise
            assert error.loc is not None
            return pytest.skip(f"refused, as it may be: {error.message}")

    return run


# ---------------------------------------------------------------- the cases themselves

@every_case
def test_cases_are_sound(case: Case) -> None:
    """The function runs at its points, leaves its arguments alone, and differences are accurate there."""
    assert case.module.__doc__, "a case begins with a line that says what it shows"
    assert len(case.points) >= 2 or case.group == "straight"
    assert len(case.wrt) >= 1
    changed: set[int] = set()
    for index, args in enumerate(case.points):
        kept = copied(args)
        found = reference(case, index)
        assert all(equal(a, b) for a, b in zip(args, kept))
        case.f(*kept)
        changed |= {k for k, (a, b) in enumerate(zip(args, kept)) if not equal(a, b)}
        assert all(isinstance(v, (float, np.ndarray)) and np.all(np.isfinite(v)) for v in leaves(found.value))
        assert isinstance(found.own, float) == (case.mode != "vjp") or case.option("MODE") == "vjp"
        assert np.all(found.error <= 1e-7 * (1.0 + np.abs(found.jacobian))), (index, found.error.max())
    assert changed == set(case.written)


@every_file
def test_points_reach_every_line(case: Case) -> None:
    """Each branch and exit is taken at some point, but for lines marked as never run."""
    lines = case.path.read_text().splitlines()
    assert [n for n in unreached_lines(case) if "never" not in lines[n - 1]] == []


def test_the_corpus_is_broad() -> None:
    groups = {case.group: sum(other.group == case.group for other in ALL) for case in ALL}
    assert len(ALL) >= 70 and groups["straight"] <= 15 and groups["ahead"] >= 10
    texts = {case: case.path.read_text() for case in ALL}
    for word in ("break", "continue", "return", "while", "for", "range("):
        assert sum(word in text for text in texts.values()) >= 3, word


# ---------------------------------------------------------------- in the process

def decorated(case: Case, **options: Any) -> Any:
    import s2sad

    if case.wrt_argument is not None:
        options["wrt"] = case.wrt_argument
    return s2sad.differentiate(**options)(case.f)


def check_all(case: Case, make: Callable[[str], Callable[..., Any]],
              modes: Sequence[str] = ("vjp", "jvp", "grad", "value_and_grad")) -> None:
    """Check the modes together; each on its own where the case may be refused, since another may not be."""
    import s2sad

    modes = [mode for mode in modes if case.mode != "vjp" or mode in ("vjp", "jvp")]
    refused = []
    for group in [[mode] for mode in modes] if case.option("MAY_REFUSE") else [modes]:
        try:
            derivatives = Derivatives(**{mode: make(mode) for mode in group})
            for index in range(len(case.points)):
                Point(case, index).check(derivatives)
        except s2sad.S2SADError as error:
            if not case.option("MAY_REFUSE"):
                raise
            assert error.loc is not None
            refused.append(error.message)
    if refused:
        pytest.skip(f"refused, as it may be: {refused[0]}")


@every_case
def test_in_process(case: Case) -> None:
    f = decorated(case)
    for index in range(len(case.points)):
        point = Point(case, index)
        point.check_value(point.call(f, (), "the decorated function"), "the decorated function")
    check_all(case, lambda mode: getattr(f, mode), ("vjp", "jvp", "grad"))


@pytest.mark.parametrize("case", EDGES, ids=[case.id for case in EDGES])
def test_edges(case: Case) -> None:
    """What the conventions say, where the case states it."""
    f = decorated(case)
    for args, expected in case.option("EDGES"):
        point_args = case.complete(args)
        result = f.grad(*point_args)
        found = result if isinstance(result, tuple) else (result,)
        assert_close(flat(found), flat(expected), 0.0, 1e-12, f"gradient at {args}")
        for direction in np.eye(len(case.wrt)):
            _, tangent = f.jvp(*point_args, *direction.tolist())
            assert_close(tangent, np.array([direction @ flat(expected)]), 0.0, 1e-12, f"tangent at {args}")


def raised(function: Callable[..., Any], args: tuple[Any, ...]) -> tuple[type, str]:
    """The type and the message of the error."""
    with pytest.raises(Exception) as caught:
        printed(function, *copied(args))
    # Python's own words for a name without a value changed in 3.11.
    return caught.type, "" if caught.type is UnboundLocalError else str(caught.value)


@pytest.mark.parametrize("case", ERRORS, ids=[case.id for case in ERRORS])
@pytest.mark.parametrize("mode", ["vjp", "jvp", "grad"])
def test_errors_are_kept(case: Case, mode: str, workshop: Workshop) -> None:
    """Where the function raises, its derivatives raise the same."""
    if case.mode == "vjp" and mode == "grad":
        pytest.skip("an array has no gradient")
    made = [getattr(decorated(case), mode)]
    if not case.option("IN_PROCESS_ONLY"):
        made.append(workshop.function(case, mode))
    for args in case.errors:
        more = tuple(1.0 for _ in case.wrt) if mode == "jvp" else (1.0,) if mode == "vjp" else ()
        for function in made:
            assert raised(function, (*args, *more)) == raised(case.f, args)


# ---------------------------------------------------------------- ahead of time

@every_file
def test_ahead_of_time(case: Case, workshop: Workshop) -> None:
    check_all(case, lambda mode: workshop.function(case, mode))
    for path in [path for key, path in workshop.made.items() if key[0] is case]:
        own = {case.path.stem} if imports_case(path.read_text(), case) else set()
        assert imported_packages(path.read_text()) <= OWN_IMPORTS | own


@every_file
def test_trace_style(case: Case, workshop: Workshop) -> None:
    check_all(case, lambda mode: workshop.function(case, mode, style="trace"), ("vjp", "jvp"))


@every_smooth
def test_derivative_of_the_derivative(case: Case, workshop: Workshop, or_refused: Any) -> None:
    """The generated module is read again, and its derivative agrees with differences of the first one."""
    for name in dict.fromkeys([case.wrt[0], case.wrt[-1]]):
        path, entry, extra = or_refused(lambda name=name: first_derivative(case, workshop, name))
        text = or_refused(lambda p=path, e=entry: generate(p, "vjp", wrt_argument(case.wrt), function=e,
                                                           signature=second_signature(case)))
        second_path = workshop.save(f"{path.stem}_again", text)
        second = getattr(workshop.module(second_path), entry_name(second_path, "vjp", entry))
        first = getattr(workshop.module(path), entry)
        for index, args in enumerate(case.points):
            check_second(case, first, second, (*args, *extra(index)))


def first_derivative(case: Case, workshop: Workshop, name: str) -> tuple[Path, str, Callable[[int], tuple[Any, ...]]]:
    """The module of the first derivative with respect to one parameter, its function, and the seed at a point."""
    path = workshop.path(case, case.mode, wrt=name)
    if case.mode == "grad":
        return path, entry_name(path, "grad"), lambda index: ()
    text, entry = adjoint_only(path, case, name)
    return workshop.save(f"{path.stem}_adjoint", text), entry, lambda index: (Point(case, index).seed,)


def second_signature(case: Case) -> str | None:
    """The case's signature, and for an array-valued function the type of the first derivative's seed."""
    signature = case.option("SECOND_SIGNATURE", case.option("SIGNATURE"))
    if signature is None or case.mode == "grad":
        return signature
    return f"{signature}, seed={signature_text(reference(case, 0).value)}"


def check_second(case: Case, first: Callable[..., Any], second: Callable[..., Any], args: tuple[Any, ...]) -> None:
    alone = case.apart(quiet(first))
    expected, error = jacobian(alone, args, case.positions)
    outcome = alone(*args)
    seed = random_like(outcome, np.random.default_rng(7))
    own, kept = copied(args), copied((seed,))
    value, result = printed(second, *own, seed)[0]
    assert equal(case.outcome(value, own), outcome)
    assert equal((seed,), kept)
    found = flat([result])
    weights = flat([seed])
    assert_close(found, weights @ expected, np.abs(weights) @ error, 10 * precision(args), "second derivative")


# ---------------------------------------------------------------- goldens

def golden_text(case: Case, workshop: Workshop) -> str:
    import s2sad

    parts = {"trace": s2sad.trace_text(str(case.path), "f"), "tangent": workshop.text(case, "jvp"),
             "adjoint": workshop.text(case, case.mode)}
    return "\n".join(f"--- {name} ---\n{text.rstrip()}\n" for name, text in parts.items())


@every_file
def test_golden(case: Case, workshop: Workshop, update_goldens: bool, or_refused: Any) -> None:
    text = or_refused(lambda: golden_text(case, workshop))
    function = workshop.function(case, case.mode)
    shown = {"vjp": function} if case.mode == "vjp" else {"grad": function}
    for index in range(len(case.points)):
        Point(case, index).check(Derivatives(jvp=workshop.function(case, "jvp"), **shown))
    if update_goldens:
        case.golden.write_text(text)
    assert case.golden.exists(), "no golden file: run pytest --update-goldens"
    assert text == case.golden.read_text()


def test_no_golden_without_its_case() -> None:
    orphans = [path for path in CASES.glob("*/*.golden") if not path.with_suffix(".py").exists()]
    assert not orphans


# ---------------------------------------------------------------- all modules at once

AGAIN = """
import ast, sys, s2sad
for path, mode, wrt, signature in ast.literal_eval(sys.argv[1]):
    print(s2sad.generate(path, functions=["f"], mode=mode, wrt=wrt, signature=signature))
"""


def test_same_bytes_in_another_process(workshop: Workshop) -> None:
    """Same input, same bytes: in another process, with another hash seed."""
    cases = [case for case in AHEAD_OF_TIME[::7] if not case.option("MAY_REFUSE")]
    requests = [(str(case.path), case.mode, case.wrt_argument, case.option("SIGNATURE")) for case in cases]
    done = subprocess.run([sys.executable, "-c", AGAIN, repr(requests)], capture_output=True, text=True, check=False,
                          env={**os.environ, "PYTHONHASHSEED": "4242"})
    assert done.returncode == 0, done.stderr
    assert done.stdout == "".join(workshop.text(case, case.mode) + "\n" for case in cases)


def portable(job: tuple[Any, ...]) -> bool:
    """Whether a job's data can be read where the cases are not there."""
    try:
        return b"case_" not in pickle.dumps(job[2:])
    except pickle.PicklingError:
        return False


@pytest.mark.parametrize("part", range(4))
def test_modules_stand_alone(workshop: Workshop, tmp_path: Path, part: int) -> None:
    """Every generated module runs in a process where s2sad, gast and astor are absent.

    Where arguments or results are objects of a case's own classes, the module needs the case, and is left out."""
    jobs: list[tuple[str, str, tuple[Any, ...], Any]] = []
    for case in AHEAD_OF_TIME[part::4]:
        point = Point(case, 0)
        for mode, extra in (("vjp", (point.seed,)), ("jvp", tuple(point.tangents)), ("grad", ())):
            if mode == "grad" and case.mode == "vjp":
                continue
            try:
                path = workshop.path(case, mode)
                function = workshop.function(case, mode)
                expected = printed(function, *copied((*point.args, *extra)))[0]
            except Exception:
                continue  # reported by the case's own tests
            job = (str(path), function.__name__, copied((*point.args, *extra)), expected)
            if portable(job) and not imports_case(path.read_text(), case):
                jobs.append(job)
    failures = run_alone(jobs, tmp_path)
    assert not failures, failures
