"""The records as Morango's documentation asks for models: with a profile, a name, a source id and a partition."""

from __future__ import annotations

from django.db import models
from morango.models.core import SyncableModel

PROFILE = "reentry"
SITE = "0" * 31 + "1"  # the one partition: no other rule of who gets what is worked out


class Shared(SyncableModel):
    """What both have in common."""

    morango_profile = PROFILE

    class Meta:
        abstract = True

    def calculate_source_id(self) -> None:
        """A random one, which is Morango's default."""

    def calculate_partition(self) -> str:
        return SITE


def _line(size: int) -> models.CharField:
    return models.CharField(max_length=size, blank=True)


def _day() -> models.DateField:
    return models.DateField(null=True, blank=True)


class Woman(Shared):
    """Her name and dates."""

    morango_model_name = "woman"

    department_number = _line(20)
    first_name = _line(60)
    middle_name = _line(60)
    last_name = _line(60)
    aliases = _line(200)
    unit = _line(60)
    county_of_return = _line(60)
    date_of_birth = _day()
    admitted_on = _day()
    parole_hearing = _day()
    expected_release = _day()


class Enrolment(Shared):
    """That she takes part."""

    morango_model_name = "enrolment"

    woman = models.ForeignKey(Woman, on_delete=models.CASCADE)
    offered_on = _day()
    agreed_on = _day()
    enrolled_on = _day()
    office_has = _line(32)


class Plan(Shared):
    """Her plan."""

    morango_model_name = "plan"

    woman = models.ForeignKey(Woman, on_delete=models.CASCADE)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE)
    pack = _line(40)
    started_on = _day()
    done_on = _day()


class Note(Shared):
    """A few sentences in it."""

    morango_model_name = "note"

    woman = models.ForeignKey(Woman, on_delete=models.CASCADE)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE)
    part = _line(40)
    kind = _line(20)
    position = _line(200)
    words = models.TextField(max_length=4000)


class Version(Shared):
    """That the plan was done for now."""

    morango_model_name = "version"

    woman = models.ForeignKey(Woman, on_delete=models.CASCADE)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE)
    number = models.IntegerField()
    done_on = _day()
    entries = models.TextField(max_length=4000)
