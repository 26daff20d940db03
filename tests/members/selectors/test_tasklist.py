"""The parts of the form and when each counts as done."""

import pytest
from django.urls import reverse

from members.models import ApplicationEditor
from members.selectors.tasklist import tasks_of, to_count
from tests.factories.members import ApplicationFactory, QuestionFactory
from tests.support import client_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def application():
    application = ApplicationFactory()
    ApplicationEditor.objects.create(application=application, user=application.applicant)
    return application


def questions_task(application):
    return next(task for task in tasks_of(application, []) if task.part.slug == "questions")


def test_optional_questions_saved_empty_are_complete(application):
    QuestionFactory(required=False)
    before = questions_task(application)
    question_field = f"q{application.answers.model.question.field.related_model.objects.get().pk}"

    client_for(application.applicant).post(reverse("apply:questions", args=[application.reference]), {question_field: ""})

    after = questions_task(application)
    assert ((before.complete, before.optional), (after.complete, len(to_count(tasks_of(application, []))))) == ((False, True), (True, 7))


def test_optional_questions_that_nobody_opened_do_not_hold_up_the_count(application):
    QuestionFactory(required=False)

    assert len(to_count(tasks_of(application, []))) == 6


def test_required_questions_saved_empty_are_not_complete(application):
    question = QuestionFactory(required=True)
    application.answers.create(question=question, value="")

    task = questions_task(application)

    assert (task.complete, task.begun, task.optional) == (False, True, False)
