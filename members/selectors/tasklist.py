"""The applicant's task list: the state of each part."""

from dataclasses import dataclass

from members.answers import PARTS, QUESTIONS, Part, asked, is_begun, is_complete, questions_complete
from members.models import Application
from members.selectors.corrections import Mending


@dataclass(frozen=True)
class Task:
    """A part with its state; `optional`: nothing in it has to be answered; `mend`: a point to correct is still as it was sent; `mended`: it was changed."""

    part: Part
    complete: bool
    begun: bool
    optional: bool = False
    mend: bool = False
    mended: bool = False


def tasks_of(application: Application, points: list[Mending]) -> list[Task]:
    """All parts in the order of the form; the further questions only where there are any."""
    rows = [(part, is_complete(application, part), is_begun(application, part), False) for part in PARTS]
    if questions := asked(application):
        # Saved counts, also when everything that may stay empty did.
        saved = application.answers.filter(question__in=[question for question, _value in questions]).exists()
        rows.insert(len(rows) - 1, (QUESTIONS, saved and questions_complete(application), saved, not any(question.required for question, _value in questions)))
    tasks = []
    for part, complete, begun, optional in rows:
        mine = [mending.changed for mending in points if _belongs(mending.point.field, part)]
        tasks.append(Task(part, complete, begun, optional, mend=not all(mine), mended=bool(mine) and all(mine)))
    return tasks


def to_count(tasks: list[Task]) -> list[Task]:
    """The parts that make up the progress: what may be left out counts only once it is begun."""
    return [task for task in tasks if task.begun or not task.optional]


def _belongs(field: str, part: Part) -> bool:
    return field.startswith("question:") if part is QUESTIONS else field in part.fields
