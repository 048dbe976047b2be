"""`s2sad grad`, `jvp`, `vjp` and `value-and-grad`, and the files they write."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import pytest


def load(text: str) -> dict:
    namespace: dict = {}
    exec(compile(text, "<generated>", "exec"), namespace)
    return namespace


def test_grad_prints_a_module_that_stands_alone(run, model):
    result = run("grad", f"{model}:f")
    assert result.exit_code == 0, result.output
    assert "import s2sad" not in result.stdout
    assert load(result.stdout)["f_grad"](2.0, 5.0) == pytest.approx((5 * math.cos(2), math.sin(2) + 10))


@pytest.mark.parametrize("mode, name", [("jvp", "f_jvp"), ("vjp", "f_vjp"), ("value-and-grad", "f_value_and_grad"),
                                        ("hvp", "f_hvp"), ("vhp", "f_vhp"),
                                        ("jacobian", "f_jacobian"), ("hessian", "f_hessian")])
def test_other_verbs(run, model, mode, name):
    result = run(mode, f"{model}:f")
    assert result.exit_code == 0, result.output
    assert f"def {name}(" in result.stdout


def test_all_public_functions_of_a_file(run, model):
    result = run("grad", model)
    assert result.exit_code == 0, result.output
    assert "def f_grad(" in result.stdout and "def power_grad(" in result.stdout
    assert "_hidden" not in result.stdout and "main" not in result.stdout


def test_wrt_names_the_function(run, model):
    text = run("grad", f"{model}:f", "--wrt", "a").stdout
    assert load(text)["f_grad_a"](2.0, 5.0) == pytest.approx(5 * math.cos(2))


def test_trace_style_keeps_the_textbook_names(run, model):
    text = run("vjp", f"{model}:f", "--style", "trace").stdout
    assert "w0 = sin(a)" in text and "w1_bar" in text


def test_output_file_is_the_printed_text(run, model, tmp_path):
    out = tmp_path / "f_grad.py"
    assert run("grad", f"{model}:f", "-o", out).exit_code == 0
    assert out.read_text(encoding="utf-8") == run("grad", f"{model}:f").stdout
    assert [entry.name for entry in sorted(tmp_path.iterdir())] == ["f_grad.py", "model.py"]


def test_same_input_same_bytes_and_regeneration_is_allowed(run, model, tmp_path):
    out = tmp_path / "f_grad.py"
    run("grad", f"{model}:f", "-o", out)
    first = out.read_bytes()
    assert run("grad", f"{model}:f", "-o", out).exit_code == 0
    assert out.read_bytes() == first


@pytest.mark.parametrize("edit", [lambda text: "x = 1\n", lambda text: text + "\n# mine\n"],
                         ids=["foreign", "edited"])
def test_files_of_others_are_kept_unless_forced(run, model, tmp_path, edit):
    out = tmp_path / "f_grad.py"
    run("grad", f"{model}:f", "-o", out)
    generated = out.read_text(encoding="utf-8")
    out.write_text(edit(generated), encoding="utf-8")
    result = run("grad", f"{model}:f", "-o", out)
    assert result.exit_code == 1
    assert "--force" in result.stderr and out.read_text(encoding="utf-8") == edit(generated)
    assert run("grad", f"{model}:f", "-o", out, "--force").exit_code == 0
    assert out.read_text(encoding="utf-8") == generated


def test_output_never_replaces_the_source(run, model):
    result = run("grad", f"{model}:f", "-o", model, "--force")
    assert result.exit_code == 2 and "source file itself" in result.stderr


def test_output_into_a_missing_directory(run, model, tmp_path):
    result = run("grad", f"{model}:f", "-o", tmp_path / "none" / "f.py")
    assert result.exit_code == 2 and "does not exist" in result.stderr


def test_output_keeps_the_mode_and_follows_links(run, model, tmp_path):
    target, link = tmp_path / "target.py", tmp_path / "link.py"
    run("grad", f"{model}:f", "-o", target)
    target.chmod(0o640)
    link.symlink_to(target)
    assert run("grad", f"{model}:power", "-o", link).exit_code == 0
    assert link.is_symlink() and "power_grad" in target.read_text(encoding="utf-8")
    assert target.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("target, words", [
    ("model.py:ff", ["no function 'ff'", "did you mean 'f'"]),
    ("modle.py", ["no such file", "did you mean"]),
    (".", ["is a directory"]),
    ("C:\\models\\ode.py", ["no such file: C:\\models\\ode.py"]),
], ids=["function", "file", "directory", "windows"])
def test_wrong_targets_are_usage_errors(run, model, monkeypatch, target, words):
    monkeypatch.chdir(model.parent)
    result = run("grad", target)
    assert result.exit_code == 2
    for word in words:
        assert word in result.stderr
    assert result.stdout == ""


def test_wrong_wrt(run, model):
    assert run("grad", f"{model}:f", "--wrt", "a b").exit_code == 2
    result = run("grad", f"{model}:f", "--wrt", "q")
    assert result.exit_code == 1 and "'q'" in result.stderr


def test_refusals_go_to_stderr_without_a_traceback(run, tmp_path):
    path = tmp_path / "refused.py"
    path.write_text("def f(x: float) -> float:\n    for q in {1, 2}:\n        x = x * q\n    return x\n")
    result = run("grad", f"{path}:f")
    assert result.exit_code == 1 and result.stdout == ""
    assert "refused.py:2:14: in function 'f'" in result.stderr
    assert "hint:" in result.stderr and "Traceback" not in result.stderr


def test_syntax_errors_are_reported_like_refusals(run, tmp_path):
    path = tmp_path / "broken.py"
    path.write_text("def f(x):\n    return x +\n")
    result = run("grad", f"{path}:f")
    assert result.exit_code == 1 and "broken.py:2:" in result.stderr and "Traceback" not in result.stderr


def test_dumps_and_timings(run, model):
    dumped = run("grad", f"{model}:f", "--dump-after", "all")
    timed = run("grad", f"{model}:f", "--time-passes")
    assert dumped.exit_code == timed.exit_code == 0, dumped.output + timed.output
    assert "function f" in dumped.stderr
    assert "ms" in timed.stderr
    assert dumped.stdout == timed.stdout == run("grad", f"{model}:f").stdout
    wrong = run("grad", f"{model}:f", "--dump-after", "nothing")
    assert wrong.exit_code == 1 and "no pass 'nothing'" in wrong.stderr and "adjoint" in wrong.stderr


def test_a_parameter_named_twice(run, model):
    result = run("grad", f"{model}:f", "--wrt", "a,a")
    assert result.exit_code == 1 and "names 'a' twice" in result.stderr


def test_derivatives_of_an_order(run, model):
    text = run("derivative", f"{model}:f", "--wrt", "b", "--order", "2").stdout
    assert load(text)["f_derivative2_b"](2.0, 5.0) == pytest.approx(2.0)
    assert "f_derivative_b(" in run("derivative", f"{model}:f", "--wrt", "b").stdout
    assert run("derivative", f"{model}:f", "--order", "0").exit_code == 2
    assert run("derivative", f"{model}:f").exit_code == 1


@pytest.mark.parametrize("verb", ["grad", "jvp", "vjp", "value-and-grad", "hvp", "vhp", "jacobian", "hessian",
                                  "derivative", "trace", "graph"])
def test_help_teaches_with_examples(run, verb):
    for option in ("-h", "--help"):
        result = run(verb, option)
        assert result.exit_code == 0 and "Examples:" in result.output and f"s2sad {verb} model.py" in result.output


def test_help_and_version(run):
    assert "s2sad grad model.py:loss" in run("-h").output
    assert "0.1.0" in run("--version").output
    assert run("gradient").exit_code == 2


def test_as_a_module_the_source_is_never_run(tmp_path):
    path = Path(tmp_path) / "loud.py"
    path.write_text("import math\nprint('executed')\n\n\ndef f(x: float) -> float:\n    return math.sin(x)\n")
    done = subprocess.run([sys.executable, "-m", "s2sad", "grad", f"{path}:f"], capture_output=True, text=True,
                          check=True)
    assert "def f_grad(" in done.stdout and "executed" not in done.stdout and done.stderr == ""
