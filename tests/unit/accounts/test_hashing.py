from argon2 import Type

from tests.support import passwords


def test_a_stolen_hash_costs_its_thief_what_rfc_9106_recommends():
    """The second recommended option, for little memory: https://www.rfc-editor.org/rfc/rfc9106#section-4-6.2"""
    real = passwords.REAL

    assert real.type is Type.ID
    assert real.time_cost >= 3
    assert real.memory_cost >= 64 * 1024
    assert real.salt_len >= 16
    assert real.hash_len >= 32
