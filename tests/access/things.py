"""One object of every kind that an address can be about, and which argument stands for which."""

from types import SimpleNamespace

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import Document
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    PageViewRestriction,
    Site,
    UploadedFile,
    Workflow,
    WorkflowTask,
)
from wagtail_localize.models import Translation, TranslationSource

from core import guide
from core.models import SiteImage, SiteTexts
from courses.domain import certificates, payments, presence, refunds, sign_ups
from courses.models import Payment, Refund, RosterMessage, StrayPayment, Upload
from courses.reading import links
from faq.models import FaqQuestion, FaqTopic
from home.models import ContentPage
from home.models import Testimonial as Quotation  # pytest takes Test... for tests
from mail.models import OutgoingMail
from tests import factories

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154"
    "08d763f8ffff3f0005fe02fea735819f0000000049454e44ae426082"
)


def make_everything(**person):
    """The objects, by name; `person` is what the participant has filled in."""
    things = SimpleNamespace()
    things.locale = factories.locale()
    things.english = factories.locale("en")
    factories.settings()
    _pages(things)
    _texts(things)
    _files(things)
    _people(things, person)
    things.chapter = next((chapter.slug for chapter in guide.chapters()), "not-written-yet")
    things.site = Site.objects.get()
    things.user = factories.user("somebody")
    things.group = Group.objects.get(name="Eigenaar")
    things.redirect = Redirect.objects.create(old_path="/oud", redirect_link="/nieuw/")
    return things


def _pages(things):
    things.home = factories.home()
    draft = ContentPage(title="Tekst", slug="tekst")
    factories.publish(factories.course().get_parent().specific)  # lets the group Cursussen edit it
    things.text_page = factories.publish(things.home.add_child(instance=draft))
    things.text_page.title = "Tekst, nader bekeken"
    things.revision = things.text_page.save_revision()
    things.event = factories.event()
    things.other_event = factories.event(of=things.event.course)
    things.event_page = things.event.page
    things.course_page = things.event.course
    things.restriction = PageViewRestriction.objects.create(
        page=things.text_page, restriction_type=PageViewRestriction.LOGIN
    )
    things.task = GroupApprovalTask.objects.create(name="Nalezen")
    things.workflow = Workflow.objects.create(name="Nalezen")
    WorkflowTask.objects.create(workflow=things.workflow, task=things.task, sort_order=0)
    draft = ContentPage(title="Nog na te lezen", slug="na-te-lezen")
    things.submitted = factories.publish(things.home.add_child(instance=draft))
    things.workflow_state = things.workflow.start(things.submitted, user=None)
    things.task_state = things.workflow_state.current_task_state
    things.source, _new = TranslationSource.get_or_create_from_instance(things.text_page)
    things.translation = Translation.objects.create(
        source=things.source, target_locale=things.english
    )
    things.segment = things.source.stringsegment_set.first()
    things.translation.save_target()


def _texts(things):
    here = {"locale": things.locale}
    things.topic = FaqTopic.objects.create(name="Betalen", slug="betalen", **here)
    things.question = FaqQuestion.objects.create(
        question="Hoe betaal ik?", answer="<p>Zo.</p>", topic=things.topic, **here
    )
    things.quotation = Quotation.objects.create(heading="Kop", quote="Ja", name="Iemand", **here)
    things.site_texts, _new = SiteTexts.objects.get_or_create(**here)
    _submit(things, here)
    things.question_version = things.question.save_revision()
    things.quotation_version = things.quotation.save_revision()
    things.site_texts_version = things.site_texts.save_revision()


def _submit(things, here):
    """A second one of each text with drafts, which waits for somebody to read it."""
    waiting = {
        "question": FaqQuestion(
            question="Nalezen?", answer="<p>Ja</p>", topic=things.topic, **here
        ),
        "quotation": Quotation(heading="Nalezen", quote="Ja", name="Iemand", **here),
    }
    for name, text in waiting.items():
        text.save()
        text.save_revision()
        state = things.workflow.start(text, user=None)
        setattr(things, f"submitted_{name}", text)
        setattr(things, f"state_of_{name}", state.current_task_state)


def submitted(namespace, name):
    """The arguments of addresses about a text that waits for somebody to read it."""
    views = ("workflow_action", "collect_workflow_action_data", "confirm_workflow_cancellation",
             "workflow_preview")  # fmt: skip
    arguments = {"pk": f"submitted_{name}", "task_state_id": f"state_of_{name}"}
    return {f"{namespace}:{view}": arguments for view in views}


def _files(things):
    file = ContentFile(PIXEL, "beeld.png")
    things.image = SiteImage.objects.create(title="Beeld", description="Een beeld", file=file)
    things.document = Document.objects.create(
        title="Stuk", file=ContentFile(b"%PDF-1.4", "stuk.pdf")
    )
    things.collection = Collection.get_first_root_node().add_child(name="Map")
    things.uploaded = UploadedFile.objects.create(file=ContentFile(PIXEL, "los.png"))


def _people(things, person):
    upload = Upload(name="bewijs.pdf", content_type="application/pdf", size=8)
    upload.file.save("uploads/abc.pdf", ContentFile(b"%PDF-1.4"))
    things.upload = upload
    given = (sign_ups.Given("bewijs", "Bewijs", "", upload.pk),)
    who = {"buyer": factories.buyer(organisation="Praktijk"), "answers": given} | person
    things.sign_up = factories.sign_up(things.event, factories.somebody(**who))
    payments.record(things.sign_up, by=None)
    things.sign_up.refresh_from_db()
    things.other_sign_up = factories.sign_up(things.other_event)
    things.roster = things.event.roster
    things.payment = Payment.objects.get()
    things.refund = (
        refunds.create(things.payment, 100, reason=Refund.Reason.OFFICE, is_due=True)
        or Refund.objects.get()
    )
    things.stray = StrayPayment.objects.create(
        gateway="mollie",
        reference="tr_stray",
        amount_cents=100,
        state=StrayPayment.State.PAID,
        made_at=timezone.now(),
    )
    things.invoice = things.sign_up.invoices.first()
    _let_it_be_over(things.event)
    presence.record_days(things.sign_up, presence.expected_days(things.sign_up))
    things.certificate = certificates.issue(things.sign_up)
    things.mail = OutgoingMail.objects.first()
    things.message = RosterMessage.objects.create(roster=things.roster, subject="Brief")
    things.token = links.token(things.sign_up)
    things.buyer_token = links.issue(things.sign_up.buyer)
    things.sign_up.buyer.save()
    things.other_token = links.token(things.other_sign_up)


def _let_it_be_over(event):
    yesterday = factories.day(-1)
    for part in event.page.parts.all():
        part.first_day = part.last_day = yesterday
        part.save()
    event.page.save_revision().publish()


def versions(name):
    """The arguments that stand for versions of a snippet."""
    version = {"revision_id": f"{name}_version"}
    return version | {"revision_id_a": "=earliest", "revision_id_b": "=latest"}


# What to fill in for an argument: the name of an object above, or “=” and a text. By address, by
# namespace, or ("") anywhere.
ARGUMENTS = {
    "": {
        "page_id": "text_page",
        "page_pk": "text_page",
        "page_to_move_id": "text_page",
        "parent_page_id": "home",
        "destination_id": "home",
        "revision_id": "revision",
        "workflow_pk": "workflow",
        "workflow_state_id": "workflow_state",
        "task_id": "task",
        "task_state_id": "task_state",
        "action_name": "=approve",
        "app_label": "=home",
        "model_name": "=contentpage",
        "content_type_app_name": "=home",
        "content_type_model_name": "=contentpage",
        "app_name": "=core",
        "object_id": "text_page",
        "session_id": "=1",
        "collection_id": "collection",
        "redirect_id": "redirect",
        "translation_id": "translation",
        "translation_source_id": "source",
        "string_segment_id": "segment",
        "overridable_segment_id": "=0",
        "mode": "=gewoon",
        "image_id": "image",
        "filter_spec": "=width-10",
        "document_id": "document",
        "doc_id": "document",
        "uploaded_file_id": "uploaded",
        "restriction_id": "restriction",
        "page_view_restriction_id": "restriction",
        "kind": "=admission_granted",
        "language": "=nl",
        "token": "token",
        "number": "invoice.number",
        "reference": "=onbekend",
        "code": "certificate.code",
        "provider": "=mailgun",
        "secret": "=geheim",
        "path": "=cursus/",
        "uidb64": "=MQ",
        "uidb36": "=1",
        "key": "=onbekend",
        "action": "=publish",
    },
    "bring_in_translation": {"pk": "translation"},
    "date_feed": {"kind": "=json"},
    "site_words": {"key": "=full"},
    "sign_ups": {
        "pk": "sign_up",
        "token": "upload.token",
        "roster_pk": "other_event.roster",
        "mail_pk": "mail",
    },
    "rosters": {"pk": "roster", "message_pk": "message"},
    "swaps": {"roster_pk": "other_event.roster", "sign_up_pk": "sign_up", "pk": "=0"},
    "privacy": {"kind": "=sign-up", "pk": "sign_up"},
    "check_again": {"label": "=home.contentpage", "pk": "text_page"},
    "refunds": {"pk": "refund"},
    "strays": {"pk": "stray"},
    "invoices": {"pk": "invoice"},
    "outbox": {"pk": "mail", "verb": "=release"},
    "wagtailadmin_api:pages": {"pk": "text_page", "action_name": "=unpublish"},
    "wagtailadmin_api:images": {"pk": "image"},
    "wagtailadmin_api:documents": {"pk": "document"},
    "wagtailadmin_collections": {"pk": "collection"},
    "wagtailadmin_workflows": {"pk": "workflow"},
    "wagtailadmin_workflows:edit_task": {"pk": "task"},
    "wagtailadmin_workflows:disable_task": {"pk": "task"},
    "wagtailadmin_workflows:enable_task": {"pk": "task"},
    "wagtailadmin_workflows:add_task": {
        "app_label": "=wagtailcore",
        "model_name": "=groupapprovaltask",
    },
    "wagtail_localize:submit_snippet_translation": {
        "app_label": "=faq",
        "model_name": "=faqquestion",
        "pk": "question",
    },
    "wagtail_localize:snippets_api_listing": {"app_label": "=faq", "model_name": "=faqquestion"},
    "wagtail_localize:snippets_api_detail": {
        "app_label": "=faq",
        "model_name": "=faqquestion",
        "pk": "question",
    },
    "wagtailsettings": {"model_name": "=sitesettings", "pk": "site"},
    **submitted("wagtailsnippets_faq_faqquestion", "question"),
    **submitted("wagtailsnippets_home_testimonial", "quotation"),
    "wagtailsnippets_core_sitetexts": {"pk": "site_texts", **versions("site_texts")},
    "wagtailsnippetchoosers_core_sitetexts": {"pk": "site_texts"},
    "wagtailsnippets_faq_faqquestion": {"pk": "question", **versions("question")},
    "wagtailsnippetchoosers_faq_faqquestion": {"pk": "question"},
    "wagtailsnippets_faq_faqtopic": {"pk": "topic"},
    "wagtailsnippetchoosers_faq_faqtopic": {"pk": "topic"},
    "wagtailsnippets_home_testimonial": {"pk": "quotation", **versions("quotation")},
    "wagtailsnippetchoosers_home_testimonial": {"pk": "quotation"},
    "wagtaillocales": {"pk": "english"},
    "wagtailsites": {"pk": "site"},
    "wagtailusers_users": {"pk": "user"},
    "wagtailusers_groups": {"pk": "group"},
    "wagtaildocs_chooser": {"pk": "document"},
    "wagtailimages_chooser": {"pk": "image"},
    "mfa_remove_webauthn": {"pk": "=1"},
    "mfa_edit_webauthn": {"pk": "=1"},
    "sign_up_swap": {"pk": "=1"},
    "sign_up_move": {"pk": "other_event.roster"},
    "guide": {"slug": "chapter", "name": "=this-week"},
    "wagtail_bulk_action": {"app_label": "=wagtailcore", "model_name": "=page"},
    "wagtailadmin_pages:workflow_action": {"page_id": "submitted"},
    "wagtailadmin_pages:collect_workflow_action_data": {"page_id": "submitted"},
    "wagtailadmin_pages:confirm_workflow_cancellation": {"page_id": "submitted"},
    "wagtailadmin_pages:workflow_preview": {"page_id": "submitted"},
    "wagtailadmin_pages:workflow_history_detail": {"page_id": "submitted"},
    "wagtailadmin_pages:revisions_compare": {"0": "text_page", "1": "=earliest", "2": "=latest"},
    "wagtaildocs_serve": {"0": "document", "1": "document.filename"},
    "wagtail_serve": {"0": "="},
    "buyer_pay": {"token": "buyer_token"},
    "buyer_bank": {"token": "buyer_token"},
    "buyer_returned": {"token": "buyer_token"},
    "buyer_invoice": {"token": "buyer_token"},
}


PATHS = {
    "admin/test404/": "/admin/test404/",
    "admin/^.*/$": "/admin/nergens/",
    "admin/login/": "/admin/login/",
    "^admin/password_reset/": "/admin/password_reset/",
    "robots.txt": "/robots.txt",
    "sitemap.xml": "/sitemap.xml",
    "media/images/<path:path>": "/media/images/niets.png",
}


def path(things, address):
    """The path of this address, about the objects that were made."""
    if address.name in PATHS:
        return PATHS[address.name]
    found = {name: argument(things, address, name) for name in address.arguments}
    if address.arguments[:1] == ("0",):
        return reverse(address.name, args=found.values())
    return reverse(address.name, kwargs=found)


def argument(things, address, name):
    """The text for this argument in a path."""
    for key in (address.name, address.namespace, ""):
        found = ARGUMENTS.get(key, {}).get(name)
        if found is not None:
            break
    else:
        raise LookupError(f"{address.name}: which object is its argument “{name}”?")
    if found.startswith("="):
        return found[1:]
    thing = things
    for step in found.split("."):
        thing = getattr(thing, step)
    return str(getattr(thing, "pk", thing))
