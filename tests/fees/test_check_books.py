"""The command that proves the books."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.factories.fees import AllocationFactory


@pytest.mark.django_db
def test_good_books_are_said_to_be_good(capsys):
    AllocationFactory()

    call_command("check_books")

    assert capsys.readouterr().out == "1 notices, 1 payments, 1 allocations: every sum, state and number agrees.\n"


@pytest.mark.django_db(transaction=True)
def test_a_falsified_sum_is_found_by_name(capsys):
    invoice = AllocationFactory().invoice
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # as somebody with the keys to the database could
        cursor.execute("UPDATE fees_invoice SET paid = 1999")
        cursor.execute("SET session_replication_role = DEFAULT")

    with pytest.raises(CommandError, match="3 differences"):
        call_command("check_books")

    assert capsys.readouterr().err == f"invoice.paid: {invoice.number}\ninvoice.state: {invoice.number}\nledger.receivable: {invoice.number}\n"
