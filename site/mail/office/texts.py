"""Staff read and edit the texts of the mails that the site sends."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView, View
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, HelpPanel, ObjectList
from wagtail.admin.views.generic import PermissionCheckedMixin, WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet
from wagtail.log_actions import log
from wagtail.permission_policies import ModelPermissionPolicy

from mail import kinds
from mail.models import MailText
from mail.outbox import send_test, wording
from mail.rendering import render as render_mail
from mail.rendering import rich_text


class MailTextView(PermissionCheckedMixin, WagtailAdminTemplateMixin):
    permission_policy = ModelPermissionPolicy(MailText)
    permission_required = "change"
    header_icon = "mail"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if "kind" not in kwargs:
            return
        self.kind = kinds.find(kwargs["kind"])
        self.language = kwargs["language"]
        if self.kind is None or self.language not in self.kind.body:
            raise Http404

    def url(self, name):
        return reverse(f"mail_texts:{name}", args=[self.kind.key, self.language])

    def get_breadcrumbs_items(self):
        items = [
            *self.breadcrumbs_items,
            {"url": reverse("mail_texts:index"), "label": _("Mail texts")},
        ]
        if hasattr(self, "kind"):
            items.append({"url": self.url("edit"), "label": str(self.text)})
        return items

    @cached_property
    def text(self):
        """The text of staff, else an unsaved one with the default."""
        saved = MailText.objects.filter(kind=self.kind.key, language=self.language).first()
        if saved:
            return saved
        subject, body = wording(self.kind, self.language)
        return MailText(
            kind=self.kind.key, language=self.language, subject=subject, body=rich_text(body)
        )

    def example(self):
        """(values, label) for a preview; real data only for users who may read real mails."""
        if self.request.user.has_perm("mail.view_outgoingmail"):
            return self.kind.example(self.language)
        return self.kind.sample_values(), ""


class Index(MailTextView, TemplateView):
    permission_required = None
    any_permission_required = ["change", "view"]
    template_name = "mail/office/texts.html"
    page_title = gettext_lazy("Mail texts")

    def get_context_data(self, **kwargs):
        own = {(text.kind, text.language): text for text in MailText.objects.all()}
        rows = [
            {
                "kind": kind,
                "texts": [
                    {
                        "language": language,
                        "language_name": _language_name(language),
                        "subject": own[kind.key, language].subject
                        if (kind.key, language) in own
                        else kind.subject[language],
                        "reworded": (kind.key, language) in own,
                    }
                    for language in kind.body
                ],
            }
            for kind in sorted(kinds.all(), key=_what_people_get_first)
            if kind.body
        ]
        may_change = self.user_has_permission("change")
        return super().get_context_data(rows=rows, may_change=may_change, **kwargs)


class Edit(MailTextView, FormView):
    template_name = "mail/office/edit_text.html"
    page_title = gettext_lazy("Edit")

    def get_page_subtitle(self):
        return str(self.text)

    @cached_property
    def panel(self):
        return ObjectList(
            [
                HelpPanel(heading=_("What can be filled in"), content=_placeholder_help(self.kind)),
                FieldPanel("subject"),
                FieldPanel("body"),
            ]
        ).bind_to_model(MailText)

    def get_form_class(self):
        return self.panel.get_form_class()

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "instance": self.text, "for_user": self.request.user}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        panel = self.panel.get_bound_panel(
            instance=self.text, request=self.request, form=context["form"]
        )
        return {
            **context,
            "panel": panel,
            "media": context["form"].media + panel.media,
            "action_url": self.url("edit"),
            "preview_url": self.url("preview"),
            "reset_url": self.url("reset") if self.text.pk else "",
            "test_address": self.request.user.email,
            "submit_button_label": _("Save"),
            "submit_button_active_label": _("Saving…"),
        }

    def form_valid(self, form):
        action = "wagtail.edit" if self.text.pk else "wagtail.create"
        text = form.save()
        log(instance=text, action=action, user=self.request.user)
        messages.success(self.request, _("“%(text)s” has been saved.") % {"text": text})
        if "send_test" in self.request.POST:
            self._send_test()
            return redirect(self.url("edit"))
        return redirect("mail_texts:index")

    def _send_test(self):
        """Send a test to the user's own address, never to another."""
        address = self.request.user.email
        if not address:
            messages.error(
                self.request,
                _("No test mail was sent: your account has no e-mail address. Add it there first."),
            )
            return
        values, _label = self.example()
        send_test(self.kind, self.language, to=address, values=values)
        messages.success(
            self.request, _("A test mail is on its way to %(address)s.") % {"address": address}
        )

    def form_invalid(self, form):
        messages.error(self.request, _("The text could not be saved; see below what is wrong."))
        return super().form_invalid(form)


class Preview(MailTextView, View):
    """The mail with example values: as saved (GET), or as it is in the form (POST)."""

    permission_required = None
    any_permission_required = ["change", "view"]

    def get(self, request, *args, **kwargs):
        return self._show(self.text.subject, self.text.body)

    def post(self, request, *args, **kwargs):
        form = (
            ObjectList(MailText.panels)
            .bind_to_model(MailText)
            .get_form_class()(request.POST, instance=self.text, for_user=request.user)
        )
        form.is_valid()
        subject = form.cleaned_data.get("subject", self.text.subject)
        return self._show(subject, form.cleaned_data.get("body", self.text.body))

    def _show(self, subject, body):
        values, label = self.example()
        mail = render_mail(subject=subject, body=body, values=values, language=self.language)
        context = {"mail": mail, "label": label, "title": str(self.text)}
        return render(self.request, "mail/office/preview.html", context)


class Reset(MailTextView, TemplateView):
    template_name = "mail/office/confirm.html"
    page_title = gettext_lazy("Back to the default text")

    def get_page_subtitle(self):
        return str(self.text)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            question=_("Your own wording of “%(text)s” is then gone.") % {"text": self.text},
            action_url=self.url("reset"),
            back_url=self.url("edit"),
            yes=_("Yes, use the default text"),
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        if self.text.pk:
            log(instance=self.text, action="wagtail.delete", user=request.user, deleted=True)
            self.text.delete()
        messages.success(request, _("The default text is used again."))
        return redirect("mail_texts:edit", self.kind.key, self.language)


class MailTextsMenuItem(MenuItem):
    def is_shown(self, request):
        return MailTextView.permission_policy.user_has_any_permission(
            request.user, ["change", "view"]
        )


class MailTextViewSet(ViewSet):
    name = "mail_texts"
    url_prefix = "mail-texts"
    icon = "edit"
    menu_label = gettext_lazy("Mail texts")
    menu_item_class = MailTextsMenuItem

    def get_urlpatterns(self):
        one = "<slug:kind>/<str:language>/"
        return [
            path("", Index.as_view(), name="index"),
            path(one, Edit.as_view(), name="edit"),
            path(f"{one}preview/", Preview.as_view(), name="preview"),
            path(f"{one}reset/", Reset.as_view(), name="reset"),
        ]


def _what_people_get_first(kind):
    return kind.key.startswith("office_"), str(kind.label)


def _language_name(language):
    return dict(settings.LANGUAGES).get(language, language)


def _placeholder_help(kind):
    if not kind.placeholders:
        return _("Nothing is filled in in this mail.")
    intro = _("Type these words with their braces where the site has to fill something in.")
    items = format_html_join("", "<li><code>{{{}}}</code> {}</li>", kind.placeholders.items())
    return format_html("<p>{}</p><ul>{}</ul>", intro, items)
