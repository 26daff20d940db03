"""Building blocks of views."""

from alliance.common.views.mixins import DomainErrorMixin, PermissionRequired, PublicView, permission_required

__all__ = ["DomainErrorMixin", "PermissionRequired", "PublicView", "permission_required"]
