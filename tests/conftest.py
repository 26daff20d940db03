"""Fixtures for all tests."""

import gc
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, connections, transaction
from django.test import TransactionTestCase

from tests import support
from tests.database_template import migrated_template


def pytest_collection_finish() -> None:
    """Django and the tests stay to the end: the garbage collector need not look through them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """Rate limits and the like begin anew with each test."""
    cache.clear()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """The tests' database is copied from a migrated one."""
    settings = connection.settings_dict
    settings["TEST"]["TEMPLATE"] = migrated_template(settings)


# Rows that migrating makes for every model, and that no test changes.
KEPT_TABLES = ["django_migrations", "django_content_type", "auth_permission"]
# Most tables are empty after a test, and a DELETE of a few rows costs a tenth of what TRUNCATE costs for two hundred tables.
# As a replica: append-only tables refuse to be emptied by trigger, also by the test runner, and foreign keys would ask for an order.
EMPTY_ALL_TABLES = """
DO $$
DECLARE name text; has_rows boolean;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL (%s) LOOP
        EXECUTE 'SELECT EXISTS (SELECT 1 FROM ' || name || ')' INTO has_rows;
        IF has_rows THEN EXECUTE 'DELETE FROM ' || name; END IF;
    END LOOP;
END $$
"""


@pytest.fixture(autouse=True, scope="session")
def tables_are_emptied_between_tests() -> Iterator[None]:
    """After a test that commits, all tables are emptied at once, without Django's flush and its asking for each model's permissions."""
    original = TransactionTestCase._fixture_teardown

    def empty_all_tables(_case: TransactionTestCase) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(EMPTY_ALL_TABLES, [KEPT_TABLES])

    TransactionTestCase._fixture_teardown = empty_all_tables  # type: ignore[method-assign]
    yield
    TransactionTestCase._fixture_teardown = original  # type: ignore[method-assign]


@pytest.fixture
def race() -> Callable[..., list[Any]]:
    """Run functions at the same moment, each in a thread with a connection of its own; returns their results or exceptions, in order.

    Needs `@pytest.mark.django_db(transaction=True)`: the threads must see committed rows.
    """

    def run(*functions: Callable[[], Any]) -> list[Any]:
        assert not connection.in_atomic_block, "mark the test django_db(transaction=True)"
        barrier = threading.Barrier(len(functions))
        results: list[Any] = [None] * len(functions)

        def work(position: int, function: Callable[[], Any]) -> None:
            try:
                connection.ensure_connection()
                barrier.wait(timeout=30)
                results[position] = function()
            except Exception as error:  # noqa: BLE001 (the test looks at it)
                results[position] = error
            finally:
                connections.close_all()

        threads = [threading.Thread(target=work, args=pair) for pair in enumerate(functions)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=120)
        assert not any(thread.is_alive() for thread in threads), "a racer is stuck"
        return results

    return run


@pytest.fixture
def client_for() -> Callable[[Any], Any]:
    """`client_for(user)`: a client in which the user is signed in; None for nobody."""
    return support.client_for


@pytest.fixture
def outbox_for() -> Callable[[Any], list[Any]]:
    """`outbox_for(record)`: the mails about a record."""
    return support.outbox_for


@pytest.fixture
def timeline() -> Callable[[Any], list[Any]]:
    """`timeline(record)`: its audit entries as pairs of action and actor."""
    return support.timeline


@pytest.fixture
def secretary(db: None) -> Any:
    """A member of the secretariat."""
    from members.enums import Role
    from tests.factories.members import StaffFactory

    return StaffFactory(role=Role.SECRETARIAT, name="秘书小孙")


@pytest.fixture
def finance_officer(db: None) -> Any:
    """A finance officer."""
    from members.enums import Role
    from tests.factories.members import StaffFactory

    return StaffFactory(role=Role.FINANCE, name="财务老王")


@pytest.fixture
def applicant(db: None) -> Any:
    """Somebody who can sign in and has no role."""
    from tests.factories.members import UserFactory

    return UserFactory(name="申请人")


@pytest.fixture
def stranger(db: None) -> Any:
    """Another user without a role, who owns nothing."""
    from tests.factories.members import UserFactory

    return UserFactory(name="路人")


@pytest.fixture
def liaison(db: None) -> Any:
    """The liaison of an active member unit, as a user; `liaison.person` leads to the unit."""
    from members.enums import PersonRole
    from tests.factories.members import AffiliationFactory, MembershipFactory

    membership = MembershipFactory()
    affiliation = AffiliationFactory(institution=membership.institution, role=PersonRole.LIAISON, person__with_user=True)
    return affiliation.person.user


@pytest.fixture
def councillor(db: None) -> Any:
    """A person with a seat in the council, as a user."""
    from tests.factories.council import SeatFactory

    return SeatFactory(person__with_user=True).person.user
