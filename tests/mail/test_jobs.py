from core import periodic


def test_the_worker_knows_the_jobs():
    assert {"send_mail", "forget"} <= set(periodic.discover())
