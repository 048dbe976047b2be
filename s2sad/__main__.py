"""``python -m s2sad`` is the command line."""

import importlib

if __name__ == "__main__":
    # By name, since the compiler itself does not depend on its command line.
    importlib.import_module("s2sad_cli.main").main()
