"""The command, for the scripts of this folder. MARTLET names it, if it is not .build/release/martlet."""

import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
MARTLET = os.environ.get("MARTLET", str(ROOT / ".build/release/martlet"))


def attempt(*arguments):
    """The exit code, the objects that the command prints, and what it says of errors."""
    done = subprocess.run([MARTLET, *arguments, "--json", "--quiet"], capture_output=True, text=True)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def martlet(*arguments):
    """The objects that the command prints."""
    status, objects, errors = attempt(*arguments)
    if status:
        sys.exit(f"martlet {' '.join(arguments)} ended with {status}:\n{errors}")
    return objects
