"""Somebody with the database in hand tries to find who put in which paper, by every order there is; used by a test and by the bench."""

from django.db import connection

ORDERS = {
    "ctid": "ctid",
    "id": "id",
    "receipt": "receipt",
    "xmin": "xmin::text::bigint, ctid",
    "backwards": "ctid DESC",
}


def hits_by_order(voters):
    """For each order, in how many urns a voter's place in it is the place of their paper. `voters`: in the order they voted, receipts by motion."""
    found = {}
    with connection.cursor() as cursor:
        for name, order in ORDERS.items():
            cursor.execute(f"SELECT motion_id, array_agg(receipt ORDER BY {order}) FROM council_paper GROUP BY motion_id")
            found[name] = sum(voter.get(motion) == receipt for motion, receipts in cursor.fetchall() for voter, receipt in zip(voters, receipts, strict=False))
    return found
