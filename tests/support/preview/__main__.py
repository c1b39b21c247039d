"""Writes every page with sample data to a folder, to be looked at in a browser.

`python -m tests.support.preview FOLDER`, then serve that folder with any web server.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from gazouillis.web import avatars, i18n
from gazouillis.web.rendering import STATIC
from tests.support.preview.pages import pages
from tests.support.sample import PEOPLE


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def main(folder: Path) -> None:
    """Write every page in French and in English, with their static files and pictures."""
    shutil.copytree(STATIC, folder / "static", dirs_exist_ok=True)
    for name, draw in (("avatars", avatars.default_avatar), ("headers", avatars.default_header)):
        (folder / name).mkdir(parents=True, exist_ok=True)
        for one in PEOPLE:
            (folder / name / f"{one.acct}.svg").write_text(draw(one.acct), encoding="utf-8")
    for language in i18n.LANGUAGES:
        (folder / language).mkdir(exist_ok=True)
        for name, text in pages(language).items():
            (folder / language / f"{name}.html").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
