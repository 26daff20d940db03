"""What upper floors add to an application's story: what comes next and by when, papers to download, and what an institution still owes."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from members.models import Application, Institution

NextStep = Callable[[Application], list[str]]
History = Callable[[Institution], list[str]]


@dataclass(frozen=True)
class Paper:
    """A document of an application for its applicants: there when `exists` says so, made when it is asked for."""

    name: str
    label: str | Promise
    exists: Callable[[Application], bool]
    make: Callable[[Application], bytes]


_steps: list[NextStep] = []
_history: list[History] = []
_papers: dict[str, Paper] = {}


def register_next_step(describe: NextStep) -> None:
    """`describe(application)` gives sentences for the status page: what happens next, and by when."""
    _steps[:] = [*[known for known in _steps if known is not describe], describe]


def register_history(describe: History) -> None:
    """`describe(institution)` gives sentences for the screener: what is owed, and the like."""
    _history[:] = [*[known for known in _history if known is not describe], describe]


def register_paper(paper: Paper) -> None:
    """A document of the status page."""
    _papers[paper.name] = paper


def next_steps(application: Application) -> list[str]:
    """All sentences about what comes next."""
    return [sentence for describe in _steps for sentence in describe(application)]


def history_of(institution: Institution) -> list[str]:
    """All sentences about what there was with an institution."""
    return [sentence for describe in _history for sentence in describe(institution)]


def papers_of(application: Application) -> list[Paper]:
    """The documents that exist for an application now."""
    return [paper for paper in _papers.values() if paper.exists(application)]


def paper_of(application: Application, name: str) -> Paper | None:
    """One of them by name; None when there is none of that name now."""
    paper = _papers.get(name)
    return paper if paper is not None and paper.exists(application) else None
