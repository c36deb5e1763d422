"""The addresses of the mails to a course group, below that of the group."""

from django.urls import path

from courses.office.roster_messages import sending, writing


def urlpatterns(construct):
    """`construct` makes a view function of a view class."""
    one = "<int:pk>/message/<int:message_pk>/"
    views = {
        "messages": ("<int:pk>/messages/", writing.MessagesView),
        "message": ("<int:pk>/message/", writing.WriteView),
        "message_edit": (one, writing.EditView),
        "message_discard": (f"{one}discard/", writing.DiscardView),
        "message_preview": (f"{one}preview/", sending.PreviewView),
        "message_test": (f"{one}test/", sending.TestView),
        "message_send": (f"{one}send/", sending.SendView),
        "message_sent": (f"{one}sent/", sending.SentView),
    }
    return [path(route, construct(view), name=name) for name, (route, view) in views.items()]
