"""Runs programs by the dozen: counts refusals by construct, shrinks findings, prints both."""

from __future__ import annotations

import argparse
import collections
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fuzz.oracles import Finding, Outcome, check
from fuzz.programs import Program, generate, names
from fuzz.shrink import case_file, shrink
from fuzz.writer import Options


@dataclass
class Report:
    """What became of many programs."""

    programs: int = 0
    invalid: int = 0
    refused: int = 0
    checked: int = 0
    discarded: int = 0
    findings: list[tuple[Program, Finding]] = field(default_factory=list)
    having: collections.Counter[str] = field(default_factory=collections.Counter)
    refused_having: collections.Counter[str] = field(default_factory=collections.Counter)
    messages: collections.Counter[str] = field(default_factory=collections.Counter)
    examples: dict[str, int] = field(default_factory=dict)
    ahead: int = 0

    def add(self, program: Program, outcome: Outcome) -> None:
        self.programs += 1
        if outcome.invalid is not None:
            self.invalid += 1
            return
        self.checked += outcome.checked
        self.discarded += outcome.discarded
        self.refused += outcome.refused
        self.ahead += bool(outcome.ahead_refusals)
        self.having.update(program.constructs)
        if outcome.refused:
            self.refused_having.update(program.constructs)
        for message in {kind_of(error.message) for error in outcome.refusals.values()}:
            self.messages[message] += 1
            self.examples.setdefault(message, program.seed)
        self.findings += [(program, finding) for finding in outcome.findings[:1]]

    @property
    def share_refused(self) -> float:
        return self.refused / max(self.programs - self.invalid, 1)

    def text(self) -> str:
        lines = [f"{self.programs} programs, {self.invalid} of no use, {self.refused} refused "
                 f"({self.share_refused:.1%}), {len(self.findings)} findings; {self.checked} points compared with "
                 f"differences, {self.discarded} discarded; {self.ahead} refused ahead of time"]
        table = sorted(((self.refused_having[name] / count, count, name) for name, count in self.having.items()),
                       reverse=True)
        lines += [f"{share:6.0%} of {count:5d} refused   {name}" for share, count, name in table if share > 0]
        lines += ["", *(f"{count:5d}  {message}   (seed {self.examples[message]})"
                        for message, count in self.messages.most_common())]
        return "\n".join(lines)


def kind_of(message: str) -> str:
    """A refusal's message without the names that are the program's own."""
    words = []
    for k, part in enumerate(message.split("'")):
        own = k % 2 == 1 and (len(part) == 1 or any(c.isdigit() for c in part))
        words.append("·" if own else part)
    return "'".join(words)


def programs(seed: int, options: Options) -> Iterator[Program]:
    """Programs from that seed on, those that have what is asked for."""
    while True:
        program = generate(seed, options)
        if options.only <= program.constructs:
            yield program
        seed += 1


def run(seed: int, options: Options, thorough: bool, more: Callable[[Report], bool],
        found: Callable[[Program, Finding, Path], None] | None = None) -> Report:
    """Check programs as long as `more` says so."""
    report = Report()
    with tempfile.TemporaryDirectory(prefix="s2sad-fuzz-") as name:
        folder = Path(name)
        for program in programs(seed, options):
            if not more(report):
                break
            outcome = check(program, folder, thorough)
            report.add(program, outcome)
            if outcome.findings and found is not None:
                found(program, outcome.findings[0], folder)
            forget(folder)
    return report


def forget(folder: Path) -> None:
    """Drop the modules of programs that are done with."""
    for file in folder.glob("*.py"):
        sys.modules.pop(file.stem, None)
        file.unlink()


def show(program: Program, finding: Finding, folder: Path) -> None:
    """Print a finding as a case file, shrunk."""
    print(f"==== seed {program.seed}: {finding.kind}, {finding.label}\n{finding.detail[:600]}\n", flush=True)
    small = shrink(program, finding, folder)
    outcome = check(small, folder, labels=(finding.label, "jvp", "vjp"))
    detail = next((f.detail for f in outcome.findings if f.same_failure(finding)), "")
    print(f"{case_file(small, finding)}# {detail[:400]}\n", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=None, help="of the first program; the clock gives one otherwise")
    parser.add_argument("--programs", type=int, default=None, help="stop after so many")
    parser.add_argument("--size", type=int, default=10, help="about how many statements")
    parser.add_argument("--only", action="append", default=[], metavar="CONSTRUCT", help="programs that have it")
    parser.add_argument("--without", action="append", default=[], metavar="CONSTRUCT", help="programs that have it not")
    parser.add_argument("--quick", action="store_true", help="some of the variants for each program, in turn")
    parser.add_argument("--list", action="store_true", help="the names of all constructs")
    parser.add_argument("--show", action="store_true", help="print each program")
    parser.add_argument("--no-shrink", action="store_true")
    options = parser.parse_args(arguments)
    if options.list:
        print("\n".join(names()))
        return 0
    seed = int(time.time()) % 10**9 if options.seed is None else options.seed
    chosen = Options(options.size, frozenset(options.without), frozenset(options.only))
    end = time.monotonic() + 60.0 * options.minutes

    def found(program: Program, finding: Finding, folder: Path) -> None:
        if options.no_shrink:
            print(f"seed {program.seed}: {finding.kind}, {finding.label}: {finding.detail[:200]}", flush=True)
        else:
            show(program, finding, folder)

    def more(report: Report) -> bool:
        return time.monotonic() < end and (options.programs is None or report.programs < options.programs)

    if options.show:
        for program in programs(seed, chosen):
            print(f"# seed {program.seed}: {', '.join(sorted(program.constructs))}\n{program.source}")
            if program.seed >= seed + (options.programs or 1) - 1:
                return 0
    report = run(seed, chosen, not options.quick, more, found)
    print(f"first seed {seed}, size {chosen.size}\n{report.text()}")
    return 1 if report.findings else 0
