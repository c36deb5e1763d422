"""Staff reword sentences of the site: both languages beside each other, with the default."""

from django import forms
from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic import PermissionCheckedMixin, WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry
from wagtail.permission_policies import ModelPermissionPolicy

from core.models import SiteTexts, SiteWord
from core.site_words import sentences

LABEL = gettext_lazy("Words on the site")
LONGEST = 600
SHOWN_BEFORE = 10  # earlier texts


class WordsView(PermissionCheckedMixin, WagtailAdminTemplateMixin):
    """For whoever writes the menu and the footer."""

    permission_policy = ModelPermissionPolicy(SiteTexts)
    permission_required = "change"
    header_icon = "pilcrow"
    page_title = LABEL

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": reverse("site_words:index"), "label": LABEL}]


class Index(WordsView, TemplateView):
    template_name = "core/office/site_words.html"

    def get_context_data(self, **kwargs):
        own = {(row.key, row.language): row.text for row in SiteWord.objects.all()}
        places = {}
        for sentence in sentences.values():
            texts = [
                own.get((sentence.key, language)) or sentence.default(language)
                for language, _name in settings.LANGUAGES
            ]
            reworded = any((sentence.key, code) in own for code, _name in settings.LANGUAGES)
            row = {"key": sentence.key, "texts": texts, "reworded": reworded}
            places.setdefault(str(sentence.where), []).append(row)
        languages = [name for _code, name in settings.LANGUAGES]
        return super().get_context_data(places=list(places.items()), languages=languages, **kwargs)


class WordsForm(forms.Form):
    """A text per language. Empty, or the default, means the default."""

    def __init__(self, *args, sentence, **kwargs):
        super().__init__(*args, **kwargs)
        self.sentence = sentence
        own = dict(SiteWord.objects.filter(key=sentence.key).values_list("language", "text"))
        for language, name in settings.LANGUAGES:
            default = sentence.default(language)
            self.fields[language] = forms.CharField(
                label=name,
                required=False,
                max_length=LONGEST,
                initial=own.get(language) or default,
                help_text=_("By default: %(text)s") % {"text": default or _("nothing")},
                widget=forms.Textarea({"rows": 4, "lang": language}),
                validators=[sentence.check],
            )

    def save(self, user):
        for language, _name in settings.LANGUAGES:
            text = " ".join(self.cleaned_data[language].split())
            is_default = text in ("", self.sentence.default(language))
            self._save(language, "" if is_default else text, user)

    def _save(self, language, text, user):
        row = SiteWord.objects.filter(key=self.sentence.key, language=language).first()
        before = row.text if row else ""
        if text == before:
            return
        if text:
            facts = {"key": self.sentence.key, "language": language}
            row, _is_new = SiteWord.objects.update_or_create(**facts, defaults={"text": text})
        data = {"key": self.sentence.key, "language": language, "before": before, "after": text}
        log(instance=row, action="wagtail.edit", user=user, data=data)
        if not text:
            row.delete()


class Edit(WordsView, FormView):
    template_name = "core/office/edit_site_word.html"
    form_class = WordsForm

    @cached_property
    def sentence(self):
        if self.kwargs["key"] not in sentences:
            raise Http404
        return sentences[self.kwargs["key"]]

    def get_page_subtitle(self):
        return str(self.sentence.where)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"sentence": self.sentence}

    def get_context_data(self, **kwargs):
        entries = ModelLogEntry.objects.filter(
            content_type__app_label="core",
            content_type__model="siteword",
            data__key=self.sentence.key,
        ).select_related("user")
        return super().get_context_data(
            sentence=self.sentence, earlier=entries.order_by("-timestamp")[:SHOWN_BEFORE], **kwargs
        )

    def form_valid(self, form):
        form.save(self.request.user)
        messages.success(self.request, _("Saved. The site says so from now on."))
        return redirect("site_words:index")


class WordsMenuItem(MenuItem):
    def is_shown(self, request):
        return WordsView.permission_policy.user_has_permission(request.user, "change")


class WordsViewSet(ViewSet):
    name = "site_words"
    url_prefix = "site-words"
    icon = "pilcrow"
    menu_label = LABEL
    menu_item_class = WordsMenuItem
    menu_order = 231
    add_to_admin_menu = True

    def get_urlpatterns(self):
        return [
            path("", Index.as_view(), name="index"),
            path("<slug:key>/", Edit.as_view(), name="edit"),
        ]
