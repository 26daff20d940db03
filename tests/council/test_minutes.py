"""The minutes as PDF and DOCX, read again: numbers, recused, proxies and digest are the database's (B-12)."""

import io
import re

import docx
import pypdfium2
import pytest
from django.urls import reverse
from django.utils import translation

from council.documents import minutes, minutes_docx
from council.models import Ballot, Result
from council.services.closing import close_ballot
from council.services.voting import cast_in_secret, cast_votes, recuse
from tests.council.support import opened, tick
from tests.support import client_for

pytestmark = pytest.mark.django_db


def words_of_docx(content):
    """All text of a DOCX, paragraphs and cells, without spaces."""
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return re.sub(r"\s", "", "".join([p.text for p in document.paragraphs] + cells))


def counts_of_docx(content):
    """The tables of counts, as numbers and outcome."""
    document = docx.Document(io.BytesIO(content))
    return [[cell.text for cell in table.rows[1].cells] for table in document.tables if table.rows[0].cells[0].text == "同意"]


def words_of_pdf(content):
    return re.sub(r"\s", "", "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content)))


@pytest.fixture
def decided(secretary):
    """Five seats, two motions; the last has stepped aside from the first motion, the fourth took no part."""
    ballot = opened(secretary, seats=5, motions=2, quorum_numerator=1)
    electors = list(ballot.electors.order_by("pk"))
    recuse(electors[4], ballot.motions.first(), actor=electors[4].person.user, reason="校友")
    for elector, choice in zip(electors[:3], ("for", "against", "for"), strict=True):
        cast_votes(elector, [tick(motion, choice, "有保留") for motion in ballot.motions.all()], actor=elector.person.user)
    return close_ballot(ballot, actor=secretary), electors


def test_both_files_say_what_the_database_says(secretary, decided):
    ballot, electors = decided
    pdf, word = words_of_pdf(minutes(ballot, secretary)), minutes_docx(ballot, secretary)

    flat = words_of_docx(word)
    results = list(Result.objects.order_by("motion__position"))
    assert counts_of_docx(word) == [[str(r.votes_for), str(r.votes_against), str(r.abstentions), str(r.recused), r.get_outcome_display()] for r in results]
    for text in [
        *[r.digest for r in results],
        f"{electors[4].institution.name}（校友）",
        *[re.sub(r"\s", "", r.rule_text) for r in results],
        "有保留",
        "未参加",
    ]:
        assert (text in flat, text in pdf) == (True, True), text


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_whoever_fetches_them_the_minutes_are_in_the_language_of_the_house(secretary, decided, language):
    ballot, _electors = decided

    with translation.override(language):
        flat = words_of_docx(minutes_docx(ballot, secretary)) + words_of_pdf(minutes(ballot, secretary))

    assert [word for word in ("Recused", "recused", "For", "tookno", "Passed", "of those") if word in flat] == []


def test_the_recused_read_no_counts_in_the_word_file(secretary, decided):
    ballot, electors = decided

    answer = client_for(electors[4].person.user).get(reverse("council:minutes_docx", args=[ballot.pk]))

    assert (answer.status_code, len(counts_of_docx(answer.content)), "您回避本议项" in words_of_docx(answer.content)) == (200, 1, True)


def test_of_a_secret_ballot_the_file_says_who_voted_and_not_how(secretary):
    ballot = opened(secretary, secret=True, changeable=False)
    for elector in ballot.electors.all()[:2]:
        cast_in_secret(elector, [tick(ballot.motions.get())], actor=elector.person.user)
    close_ballot(ballot, actor=secretary)

    flat = words_of_docx(minutes_docx(Ballot.objects.get(), secretary))

    assert (flat.count("1.已投票"), flat.count("未参加"), "无记名" in flat) == (2, 1, True)
