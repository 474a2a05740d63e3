"""Running the command on batches, and texts for it."""

import json
import subprocess
import sys
from pathlib import Path

COMMAND = [sys.executable, "-m", "newsclean"]
ABOVE = "The storm hit the coast on Monday and cut off three villages, the mayor of Lakeside said."
DIRTY = f"{ABOVE}\n\nAdvertisement\n\nIt has moved on .\n"
CLEAN = f"{ABOVE}\n\nIt has moved on.\n"


def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], input=stdin, capture_output=True, text=True, check=False, timeout=120)


def lines(path: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]


def rows_of(texts: list[str]) -> str:
    return "".join(json.dumps({"id": at, "text": text}) + "\n" for at, text in enumerate(texts))


def write_lines(path: str, texts: list[str]) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(rows_of(texts), encoding="utf-8")
