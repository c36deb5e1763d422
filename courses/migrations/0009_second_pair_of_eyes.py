"""The review of texts is called what it is, and nobody approves a text of their own.

Left alone where staff renamed or removed it.
"""

from django.db import migrations

OLD, NEW = "Controle door een collega", "Tweede paar ogen"
GROUPS = ("Teksten", "Cursussen", "Eigenaar")


def make_second_pair_of_eyes(apps, schema_editor):
    using = schema_editor.connection.alias

    def rows(app, model):
        return apps.get_model(app, model).objects.using(using)

    workflow = rows("wagtailcore", "Workflow").filter(name=OLD).first()
    old_task = rows("wagtailcore", "Task").filter(name=OLD).first()
    if workflow is None or old_task is None:
        return
    kind, _created = rows("contenttypes", "ContentType").get_or_create(
        app_label="core", model="secondpairofeyes"
    )
    task = rows("core", "SecondPairOfEyes").create(name=NEW, active=True, content_type_id=kind.pk)
    groups = rows("auth", "Group")
    former = rows("wagtailcore", "GroupApprovalTask").filter(pk=old_task.pk).first()
    kept = [group.pk for group in former.groups.all()] if former else []
    task.groups.set(groups.filter(name__in=GROUPS) | groups.filter(pk__in=kept))
    rows("wagtailcore", "WorkflowTask").filter(workflow=workflow, task=old_task).update(
        task_id=task.pk
    )
    workflow.name = NEW
    workflow.save(using=using)
    is_used = rows("wagtailcore", "WorkflowTask").filter(task=old_task).exists()
    if not is_used and not rows("wagtailcore", "TaskState").filter(task=old_task).exists():
        old_task.delete(using=using)


class Migration(migrations.Migration):
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("core", "0004_office"),
        ("courses", "0008_staff_groups"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [migrations.RunPython(make_second_pair_of_eyes, migrations.RunPython.noop)]
