"""The command, for the scripts of this folder. MARTLET names it, if it is not .build/release/martlet."""

import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
MARTLET = os.environ.get("MARTLET", str(ROOT / ".build/release/martlet"))


def martlet(*arguments):
    """The objects that the command prints."""
    done = subprocess.run([MARTLET, *arguments, "--json", "--quiet"], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"martlet {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]
