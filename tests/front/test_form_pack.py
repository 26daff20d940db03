"""The form pack `alliance`: what a person sees and what a screen reader is told."""

import re

import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.layout import ButtonHolder, Column, Div, Field, Fieldset, Layout, Row, Submit
from django import forms
from django.template import Context, Template
from django.test import RequestFactory


class Everything(forms.Form):
    """One field of each sort."""

    name = forms.CharField(label="名称 <A>", help_text="与证件一致")
    note = forms.CharField(label="备注", required=False, widget=forms.Textarea)
    day = forms.DateField(label="日期", widget=forms.DateInput(attrs={"type": "date"}))
    choice = forms.ChoiceField(label="表决", choices=[("for", "同意"), ("no", "反对")], widget=forms.RadioSelect, help_text="三选一")
    many = forms.MultipleChoiceField(label="方向", choices=[("a", "甲")], widget=forms.CheckboxSelectMultiple)
    agreed = forms.BooleanField(label="同意章程")
    scan = forms.FileField(label="扫描件")
    hidden = forms.CharField(widget=forms.HiddenInput)


def crispy(form: forms.BaseForm) -> str:
    """The form by the filter."""
    return Template("{% load crispy_forms_filters %}{{ form|crispy }}").render(Context({"form": form}))


def test_every_link_of_the_summary_leads_to_something_on_the_page():
    page = crispy(Everything({}))

    links = re.findall(r'<li><a href="#([^"]+)">', page)
    assert links == ["id_name", "id_day", "id_choice_0", "id_many_0", "id_agreed", "id_scan"]
    assert [link for link in links if f'id="{link}"' not in page] == []


def test_the_summary_says_the_fields_name_and_the_same_words_as_the_field():
    page = crispy(Everything({}))

    assert page.count("这个字段是必填项。") == 2 * 6 + 1  # the hidden field stands in the summary alone
    assert "日期：这个字段是必填项。</a>" in page


def test_a_label_is_escaped():
    assert "名称 &lt;A&gt;" in crispy(Everything())


def test_only_optional_fields_say_so():
    assert re.findall(r'>([^<>]+?)\s*<span class="field__optional">', crispy(Everything())) == ["备注"]


@pytest.mark.parametrize(("data", "told"), [(None, "id_choice_helptext"), ({}, "id_choice_helptext id_choice_error")])
def test_a_group_tells_its_help_and_its_error(data, told):
    assert f'<fieldset id="div_id_choice" class="field{" field--error" if data == {} else ""}" aria-describedby="{told}">' in crispy(Everything(data))


def test_every_choice_has_its_label():
    page = crispy(Everything())

    assert re.findall(r'<label for="(id_choice_\d)">([^<]+)</label>', page) == [("id_choice_0", "同意"), ("id_choice_1", "反对")]


def test_a_file_field_knows_the_limit(settings):
    settings.UPLOAD_MAX_BYTES = 2048

    page = crispy(Everything())

    assert ('data-limit="2048"' in page, "2.0\xa0KB" in page) == (True, True)


def test_inputs_get_our_classes():
    page = crispy(Everything())

    assert [
        bool(re.search(f'<{tag}[^>]*class="{name}"', page)) for tag, name in (("input", "input"), ("textarea", "textarea"), ("input", "input input--file"))
    ] == [True] * 3


def test_a_form_without_errors_has_no_summary():
    assert "error-summary" not in crispy(Everything())


def test_a_helper_lays_out_fieldsets_rows_and_buttons():
    form = Everything({})
    form.helper = FormHelper()
    form.helper.layout = Layout(
        Fieldset("基本信息", "name", Row(Column("day"), Column("note"))), Div(Field("choice"), css_class="box"), ButtonHolder(Submit("save", "保存"))
    )
    form.helper.render_unmentioned_fields = True
    page = Template("{% load crispy_forms_tags %}{% crispy form %}").render(Context({"form": form, "request": RequestFactory().get("/")}))

    assert [
        part in page
        for part in ("<legend>基本信息</legend>", 'class="fields-row"', 'class="box"', 'value="保存"', " novalidate", 'enctype="multipart/form-data"')
    ] == [True] * 6
    assert page.count('id="id_name"') == 1
    assert page.count("data-error-summary") == 1


def test_a_formset_shows_its_own_errors_and_each_forms():
    numbers = forms.formset_factory(Everything, extra=0, min_num=1, validate_min=True)
    page = crispy(numbers({"form-TOTAL_FORMS": "0", "form-INITIAL_FORMS": "0"}))

    assert ('name="form-TOTAL_FORMS"' in page, "data-error-summary" in page) == (True, True)
