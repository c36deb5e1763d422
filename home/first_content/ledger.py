from home.models import LoadedContent


class Ledger:
    """Knows what was loaded before. That is never loaded again: staff may have changed or deleted
    it since."""

    def __init__(self, language):
        self._language = language
        self._known = set(LoadedContent.objects.values_list("key", flat=True))
        self.added = 0

    def knows(self, kind, name):
        return self._key(kind, name) in self._known

    def add(self, kind, name):
        key = self._key(kind, name)
        LoadedContent.objects.create(key=key)
        self._known.add(key)
        self.added += 1

    def _key(self, kind, name):
        return f"{self._language} {kind} {name}"
