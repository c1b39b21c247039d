import sqlite3

import pytest

from gazouillis.app import choose_database
from gazouillis.infra.basics.clock import system_clock
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.settings import Settings


def test_a_sqlite_too_old_for_us_is_told_before_anything_is_opened(tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    monkeypatch.setattr(sqlite3, "sqlite_version", "3.34.1")

    with pytest.raises(Invalid, match=r"3\.34\.1; 3\.35 or newer"):
        choose_database(Settings(data=tmp_path), system_clock)
    assert list(tmp_path.iterdir()) == []
