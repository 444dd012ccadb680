"""One side of Morango, a program that runs on: ``python -m benchmarks.morango_site.side --part sender FOLDER``.

The steps are the ones of Morango's session (``morango.sync.operations``), a push from ``sender.db`` to
``receiver.db``, with a file where it has HTTP. ``_send`` is serialize, queue, and the buffers as JSON, in chunks of 500
as Morango makes them, through gzip at its level, 9. ``_take`` is that file parsed, checked and stored by Morango's own
``validate_and_create_buffer_data``, then dequeue and deserialize. Its counters (FSIC), which tell what the other side
has, are handed over in ``have.json`` and not timed; the buffers of the sender are cleared afterwards, not timed.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
import uuid
from pathlib import Path
from typing import Any

import django
from django.conf import settings

from benchmarks.table import serve, timed

TRANSFER = "transfer.json.gz"
CHUNK = 500  # NetworkSyncConnection.default_chunk_size
LEVEL = 9  # morango.sync.syncsession.compress_string
SENDER, RECEIVER = "sender.db", "receiver.db"
# As our own store's are.
_SETTINGS = (
    "journal_mode = WAL", "synchronous = FULL", "wal_autocheckpoint = 4096", "temp_store = MEMORY",
    "cache_size = -16384",
)  # fmt: skip


def _begin(database: Path) -> None:
    settings.configure(
        SECRET_KEY="of no use here",
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "morango", "benchmarks.morango_site"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(database)}},
    )
    django.setup()
    from django.db import connection

    with connection.cursor() as cursor:
        for setting in _SETTINGS:
            cursor.execute(f"PRAGMA {setting}")


def make(folder: Path) -> None:
    """An empty database for each side; the sender's is then filled with ``save``, which marks each row as dirty."""
    _begin(folder / RECEIVER)
    from django.core.management import call_command
    from django.db import connection, transaction
    from morango.models.core import DatabaseIDModel

    from .models import Enrolment, Note, Plan, Version, Woman

    call_command("migrate", run_syncdb=True, verbosity=0)
    connection.close()
    (folder / SENDER).write_bytes((folder / RECEIVER).read_bytes())
    _write_have(folder)
    connection.close()
    connection.settings_dict["NAME"] = str(folder / SENDER)
    assert not DatabaseIDModel.objects.exists()  # each side makes its own
    with transaction.atomic():
        for told in json.loads((folder / "records.json").read_bytes()):
            woman = Woman(**told["woman"])
            woman.save()
            enrolment = Enrolment(woman=woman, **told["enrolment"])
            enrolment.save()
            plan = Plan(woman=woman, enrolment=enrolment, **told["plan"])
            plan.save()
            for note in told["notes"]:
                Note(woman=woman, plan=plan, **note).save()
            Version(woman=woman, plan=plan, **told["version"]).save()


def sender(folder: Path) -> None:
    """The program that has the records."""
    _begin(folder / SENDER)
    serve(send=lambda: _send(folder), edit=lambda: _edit(folder))


def receiver(folder: Path) -> None:
    """The program that gets them."""
    _begin(folder / RECEIVER)
    serve(take=lambda: _take(folder))


def _send(folder: Path) -> dict[str, Any]:
    """Everything the receiver does not have, into the transfer file."""
    from morango.api.serializers import BufferSerializer
    from morango.models.certificates import Filter
    from morango.models.core import Buffer
    from morango.sync.operations import _queue_into_buffer_v2, _serialize_into_store

    from .models import PROFILE, SITE

    theirs = (folder / "have.json").read_text()
    with timed() as told:
        where = Filter(SITE)
        _serialize_into_store(PROFILE, filter=where)
        session = _session(uuid.uuid4().hex, server_fsic=theirs, client_fsic=_counters(where, is_producer=True))
        _queue_into_buffer_v2(session)
        total = Buffer.objects.filter(transfer_session=session).count()
        head = {"id": session.id, "client_fsic": session.client_fsic, "records_total": total}
        queued = Buffer.objects.filter(transfer_session=session).order_by("pk")
        with gzip.open(folder / TRANSFER, "wb", compresslevel=LEVEL) as file:
            file.write(json.dumps(head).encode() + b"\n")
            for offset in range(0, total, CHUNK):
                data = BufferSerializer(queued[offset : offset + CHUNK], many=True).data
                file.write(json.dumps([dict(one) for one in data]).encode() + b"\n")
    session.delete_buffers()
    return {**told, "records": total, "bytes": (folder / TRANSFER).stat().st_size}


def _take(folder: Path) -> dict[str, Any]:
    """The transfer file, into the receiver's tables."""
    from morango.models.certificates import Filter
    from morango.sync.operations import _dequeue_into_store, _deserialize_from_store, _serialize_into_store
    from morango.sync.utils import validate_and_create_buffer_data

    from .models import PROFILE, SITE

    with timed() as told:
        where = Filter(SITE)
        with gzip.open(folder / TRANSFER, "rb") as file:
            head = json.loads(file.readline())
            session = _session(head["id"], client_fsic=head["client_fsic"], records_total=head["records_total"])
            for line in file:
                validate_and_create_buffer_data(json.loads(line), session)
        assert session.records_transferred == session.records_total
        _dequeue_into_store(session, session.client_fsic, v2_format=True)
        _serialize_into_store(PROFILE, filter=where)  # as ReceiverDeserializeOperation does first
        _deserialize_from_store(PROFILE, filter=where)
    _write_have(folder)
    return {**told, "digest": _digest()}


def _edit(folder: Path) -> None:
    """The changes of ``edits.json``, each saved."""
    from django.db import transaction

    from .models import Note, Plan, Version, Woman

    with transaction.atomic():
        for told in json.loads((folder / "edits.json").read_bytes()):
            woman = Woman.objects.get(department_number=told["number"])
            woman.parole_hearing = told["parole_hearing"]
            woman.save()
            for note, said in zip(Note.objects.filter(woman=woman).order_by("position"), told["words"], strict=True):
                note.words = said
                note.save()
            plan = Plan.objects.get(woman=woman)
            plan.done_on = told["version"]["done_on"]
            plan.save()
            Version(woman=woman, plan=plan, **told["version"]).save()


def _session(session: str, **values: Any) -> Any:
    from django.utils import timezone
    from morango.models.core import SyncSession, TransferSession

    from .models import PROFILE, SITE

    now = {"start_timestamp": timezone.now(), "last_activity_timestamp": timezone.now()}
    whole = SyncSession.objects.create(id=uuid.uuid4().hex, profile=PROFILE, connection_kind="disk", **now)
    return TransferSession.objects.create(id=session, sync_session=whole, filter=SITE, push=True, **now, **values)


def _counters(where: Any, *, is_producer: bool) -> str:
    from morango.models.core import DatabaseMaxCounter

    of = DatabaseMaxCounter.calculate_filter_specific_instance_counters
    return json.dumps(of(where, is_producer=is_producer, v2_format=True))


def _write_have(folder: Path) -> None:
    from morango.models.certificates import Filter

    from .models import SITE

    (folder / "have.json").write_text(_counters(Filter(SITE), is_producer=False))


def _digest() -> str:
    from .models import Note, Version

    women = Version.objects.order_by("woman__department_number", "number").values_list(
        "woman__department_number", "woman__first_name", "woman__last_name", "woman__parole_hearing", "plan__done_on"
    )
    notes = Note.objects.order_by("woman__department_number", "position").values_list("words", flat=True)
    return hashlib.sha256(json.dumps([list(women), list(notes)], default=str).encode()).hexdigest()


if __name__ == "__main__":
    {part.__name__: part for part in (make, sender, receiver)}[sys.argv[2]](Path(sys.argv[3]))
