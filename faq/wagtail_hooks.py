import django_filters
from django import forms
from django.db.models import Max
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import (
    Column,
    LiveStatusTagColumn,
    LocaleColumn,
    StatusFlagColumn,
)
from wagtail.models import Locale
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import (
    CreateView,
    IndexView,
    SnippetViewSet,
    SnippetViewSetGroup,
)

from core.office import search
from faq.models import FaqQuestion, FaqTopic

LONGEST_QUESTION = FaqQuestion._meta.get_field("question").max_length


def topics_of_default_language(request):
    return FaqTopic.objects.filter(locale=Locale.get_default())


class QuestionFilterSet(WagtailFilterSet):
    topic = django_filters.ModelChoiceFilter(
        label=_("Topic"),
        queryset=topics_of_default_language,
        method="in_topic",
        empty_label=_("All"),
    )
    highlight = django_filters.BooleanFilter(
        label=_("On the home page"),
        widget=forms.NullBooleanSelect(),
    )

    class Meta:
        model = FaqQuestion
        fields = ["topic", "highlight"]

    def in_topic(self, queryset, name, topic):
        """The questions of one topic in every language."""
        return queryset.filter(topic__translation_key=topic.translation_key)


class AddQuestionView(CreateView):
    """The question may be given in the address: what visitors searched for in vain."""

    def get_initial_form_instance(self):
        instance = super().get_initial_form_instance()
        instance.question = self.request.GET.get("question", "")[:LONGEST_QUESTION]
        instance.sort_order = _last_number() + 1  # at the end of its topic, whichever that is
        return instance


def _last_number():
    found = FaqQuestion.objects.aggregate(last=Max("sort_order"))
    return found["last"] or 0


class QuestionsView(IndexView):
    """The questions in the language that staff write; English is reached from each of them."""

    def get_base_queryset(self):
        found = super().get_base_queryset()
        if self.request.GET.get("locale"):  # a filter of the list
            return found
        return found.filter(locale=Locale.get_default())


class QuestionViewSet(SnippetViewSet):
    model = FaqQuestion
    add_view_class = AddQuestionView
    index_view_class = QuestionsView
    icon = "help"
    menu_label = _("Questions")
    list_display = [
        "question",
        Column("topic", label=_("Topic"), sort_key="topic__sort_order"),
        Column("sort_order", label=_("Order"), sort_key="sort_order"),
        StatusFlagColumn("highlight", label=_("On the home page"), true_label=_("yes")),
        LiveStatusTagColumn(),
        LocaleColumn(),
    ]
    list_per_page = 50
    filterset_class = QuestionFilterSet
    copy_view_enabled = False


class TopicViewSet(SnippetViewSet):
    model = FaqTopic
    icon = "list-ul"
    menu_label = _("Topics")
    list_display = [
        "name",
        Column("slug", label=_("Anchor")),
        Column("sort_order", label=_("Order"), sort_key="sort_order"),
        LocaleColumn(),
    ]
    search_fields = ["name"]
    copy_view_enabled = False


search.register(
    _("Questions"),
    reverse_lazy("wagtailsnippets_faq_faqquestion:list"),
    permission="faq.change_faqquestion",
    icon="help",
    order=search.FIRST + 2,
)


@register_snippet
class FaqViewSetGroup(SnippetViewSetGroup):
    items = (QuestionViewSet, TopicViewSet)
    menu_icon = "help"
    menu_label = _("FAQ")
    menu_name = "faq"
    menu_order = 210
