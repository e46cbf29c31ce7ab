"""Prints the fenced block of README.md that a marker names, so that what CI runs is what readers are told to run.

A block is named by a line `<!-- ci: NAME -->` right before it.
"""

import pathlib
import sys


def block(text: str, name: str) -> str:
    lines = iter(text.splitlines())
    marker = f"<!-- ci: {name} -->"
    if marker not in (line.strip() for line in lines):
        sys.exit(f"README.md has no block '{marker}'")
    if not next(lines, "").startswith("```"):
        sys.exit(f"README.md: '{marker}' is not followed by a block")
    body = []
    for line in lines:
        if line == "```":
            return "\n".join(body) + "\n"
        body.append(line)
    sys.exit(f"README.md: the block of '{marker}' does not end")


readme = pathlib.Path(__file__).resolve().parent.parent / "README.md"
sys.stdout.write(block(readme.read_text(), sys.argv[1]))
