"""The choice of a database from the settings."""

import sqlite3

import pytest

from gazouillis.app import choose_database
from gazouillis.infra.basics.clock import system_clock
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.settings import Settings


def test_an_old_sqlite_is_refused_before_a_file_is_created(tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    monkeypatch.setattr(sqlite3, "sqlite_version", "3.34.1")

    with pytest.raises(Invalid, match=r"3\.34\.1; 3\.35 or newer"):
        choose_database(Settings(data=tmp_path), system_clock)
    assert list(tmp_path.iterdir()) == []
