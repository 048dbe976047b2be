"""What the tests share: the case files, numeric oracles, generated modules, captured printing."""
