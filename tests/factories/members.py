"""Factories of members."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from members.enums import AliasKind, ApplicationStatus, MembershipStatus, PersonRole, Role
from members.models import (
    Affiliation,
    Application,
    Institution,
    InstitutionAlias,
    Membership,
    MembershipTier,
    Person,
    Question,
    RecruitmentRound,
    StaffRole,
    Tier,
    User,
)
from members.names import initials, normalise, pinyin

JOINED = dt.date(2024, 3, 1)
_STEPS = {
    ApplicationStatus.DRAFT: [],
    ApplicationStatus.SUBMITTED: ["submitted"],
    ApplicationStatus.RETURNED: ["submitted", "returned"],
    ApplicationStatus.SCREENED: ["submitted", "screened"],
    ApplicationStatus.BALLOTED: ["submitted", "screened", "balloted"],
    ApplicationStatus.APPROVED: ["submitted", "screened", "balloted", "approved"],
    ApplicationStatus.ADMITTED: ["submitted", "screened", "balloted", "approved", "admitted"],
    ApplicationStatus.DECLINED: ["submitted", "declined"],
    ApplicationStatus.WITHDRAWN: ["withdrawn"],
    ApplicationStatus.EXPIRED: ["expired"],
}


class UserFactory(DjangoModelFactory):
    """Somebody who can sign in by e-mail code."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"user{n}@example.edu.cn")
    name = factory.Sequence(lambda n: f"用户{n}")


class StaffFactory(UserFactory):
    """A user with a staff role: `StaffFactory(role=Role.FINANCE)`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    @factory.post_generation
    def role(self, create, extracted, **kwargs):
        """Grant the role."""
        StaffRole.objects.create(user=self, role=extracted or Role.SECRETARIAT)


class InstitutionFactory(DjangoModelFactory):
    """A university with its official name in the search table."""

    class Meta:
        model = Institution
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"第{n}样例大学")
    moe_code = factory.Sequence(lambda n: f"41{n:08d}")
    province = "江苏省"
    city = "苏州市"
    level = "undergraduate"

    @factory.post_generation
    def official_alias(self, create, extracted, **kwargs):
        """The row that the search finds it by."""
        InstitutionAliasFactory(institution=self, name=self.name, kind=AliasKind.OFFICIAL)


class InstitutionAliasFactory(DjangoModelFactory):
    """One name of an institution."""

    class Meta:
        model = InstitutionAlias

    institution = factory.SubFactory(InstitutionFactory)
    name = "苏大"
    kind = AliasKind.SHORT
    search_text = factory.LazyAttribute(lambda alias: normalise(alias.name))
    pinyin = factory.LazyAttribute(lambda alias: pinyin(alias.name))
    initials = factory.LazyAttribute(lambda alias: initials(alias.name))


class PersonFactory(DjangoModelFactory):
    """A person; `with_user=True` gives an account."""

    class Meta:
        model = Person

    class Params:
        with_user = factory.Trait(user=factory.SubFactory(UserFactory, email=factory.SelfAttribute("..email"), name=factory.SelfAttribute("..name")))

    name = factory.Sequence(lambda n: f"老师{n}")
    email = factory.Sequence(lambda n: f"teacher{n}@example.edu.cn")
    department = "教师发展中心"
    post = "主任"


class AffiliationFactory(DjangoModelFactory):
    """A role of a person for an institution."""

    class Meta:
        model = Affiliation

    person = factory.SubFactory(PersonFactory)
    institution = factory.SubFactory(InstitutionFactory)
    role = PersonRole.LIAISON
    since = JOINED


class TierFactory(DjangoModelFactory):
    """The ordinary tier, or another by `code`."""

    class Meta:
        model = Tier
        django_get_or_create = ("code",)

    code = "ordinary"
    name = "普通联盟单位"


class MembershipFactory(DjangoModelFactory):
    """An active membership of the ordinary tier since 2024; `status=MembershipStatus.PENDING_PAYMENT` has no number yet."""

    class Meta:
        model = Membership
        skip_postgeneration_save = True

    class Params:
        pending = factory.Trait(status=MembershipStatus.PENDING_PAYMENT, number=None, joined_on=None)

    institution = factory.SubFactory(InstitutionFactory)
    status = MembershipStatus.ACTIVE
    number = factory.Sequence(lambda n: f"2024-{n + 1:03d}")
    joined_on = JOINED

    @factory.post_generation
    def tier(self, create, extracted, **kwargs):
        """The tier from the beginning."""
        MembershipTier.objects.create(membership=self, tier=extracted or TierFactory(), from_year=2018)


class ApplicationFactory(DjangoModelFactory):
    """A complete application, walked to `status` step by step as the trigger demands."""

    class Meta:
        model = Application
        skip_postgeneration_save = True

    reference = factory.Sequence(lambda n: f"RM2026-{n + 1:04d}")
    applicant = factory.SubFactory(UserFactory)
    institution = factory.SubFactory(InstitutionFactory)
    institution_typed = ""
    department = "教师教学发展中心"
    head_name = "张主任"
    head_post = "主任"
    head_email = factory.Sequence(lambda n: f"head{n}@example.edu.cn")
    liaison_name = "李老师"
    liaison_post = "科长"
    liaison_mobile = "13800001234"
    liaison_email = factory.Sequence(lambda n: f"liaison{n}@example.edu.cn")
    finance_name = "赵会计"
    finance_phone = "0512-65880000"
    finance_email = factory.Sequence(lambda n: f"finance{n}@example.edu.cn")
    centre_staff = 9
    centre_activities = 42
    centre_profile = "中心成立于2012年。"
    centre_hopes = "希望与兄弟院校交流。"
    centre_offers = "可以分享教学诊断工具。"
    invoice_title = factory.LazyAttribute(lambda a: a.institution.name if a.institution else a.institution_typed)
    invoice_tax_number = "12100000400000624D"
    invoice_email = factory.Sequence(lambda n: f"invoice{n}@example.edu.cn")
    consent_charter_at = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    consent_privacy_at = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    consent_version = "2026-11"

    @classmethod
    def _create(cls, model_class, *args, status=ApplicationStatus.DRAFT, **kwargs):
        application = super()._create(model_class, *args, **kwargs)
        for step in _STEPS[status]:
            application.status = step
            application.save(update_fields=["status"])
        return application


class RecruitmentRoundFactory(DjangoModelFactory):
    """A round of the year 2026."""

    class Meta:
        model = RecruitmentRound

    name = factory.Sequence(lambda n: f"第{n}轮招募")
    opens_on = dt.date(2026, 1, 1)
    closes_on = dt.date(2026, 12, 31)


class QuestionFactory(DjangoModelFactory):
    """A question of one line."""

    class Meta:
        model = Question

    code = factory.Sequence(lambda n: f"question-{n}")
    text = "贵校教师发展工作的特色是什么？"
