"""The packages that integrations of an installed Home Assistant need, one a line.

    python ha_requirements.py DOMAIN...

Run with the Python that has ``homeassistant``: the manifest of an integration names its packages
and the integrations that it depends on, is discovered by, or imports if they are there. Standard
library only.
"""

import importlib.util
import json
import sys
from pathlib import Path

DISCOVERY = {"zeroconf", "ssdp", "dhcp", "mqtt"}
"""Keys of a manifest that are integrations by which it is found, and which it imports."""


def requirements(components: Path, domains: list[str]) -> set[str]:
    """What ``domains`` need, with all that they depend on."""
    waiting, seen, found = list(domains), set(), set()
    while waiting:
        domain = waiting.pop()
        if domain in seen:
            continue
        seen.add(domain)
        manifest = json.loads((components / domain / "manifest.json").read_text(encoding="utf-8"))
        found.update(manifest.get("requirements", ()))
        waiting += manifest.get("dependencies", ())
        waiting += manifest.get("after_dependencies", ())
        waiting += DISCOVERY & manifest.keys()
    return found


if __name__ == "__main__":
    spec = importlib.util.find_spec("homeassistant")
    assert spec is not None and spec.origin, "homeassistant is not installed here"
    folder = Path(spec.origin).parent / "components"
    print("\n".join(sorted(requirements(folder, sys.argv[1:]))))
