"""Site-wide context."""


def site(request):
    return {}
