"""Permissions of the ground floor that depend on no role. Those of staff are named by `members`, which knows the roles."""

import rules

from alliance.common.permissions import is_signed_in

rules.add_perm("common.signed_in", is_signed_in)
