from django.db import models


class Finding(models.Model):
    """Something that readers see and that is not as staff know it: see `core.findings`."""

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=255)
    label = models.CharField(max_length=255)
    url = models.CharField(max_length=500)
    found_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["kind", "label", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="one_finding_per_kind_and_key")
        ]

    def __str__(self):
        return f"{self.kind} {self.label}"
