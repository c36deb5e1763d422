from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, TaskState


class SecondPairOfEyes(AbstractGroupApprovalTask):
    """A workflow task that only somebody other than the author of the text can approve."""

    class Meta:
        verbose_name = _("second pair of eyes")
        verbose_name_plural = _("second pairs of eyes")

    @classmethod
    def get_description(cls):
        return _("A colleague from the chosen groups reads the text, never who submitted it")

    def get_actions(self, obj, user):
        return [] if self._submitted_by(obj, user) else super().get_actions(obj, user)

    def get_task_states_user_can_moderate(self, user, **kwargs):
        states = super().get_task_states_user_can_moderate(user, **kwargs)
        return states.exclude(workflow_state__requested_by=user)

    def _submitted_by(self, obj, user):
        states = TaskState.objects.for_instance(obj).filter(
            task=self.task_ptr, status=TaskState.STATUS_IN_PROGRESS
        )
        return states.filter(workflow_state__requested_by=user).exists()
