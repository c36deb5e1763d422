from core import periodic


def test_the_worker_finds_the_jobs_of_the_apps():
    assert {"send_mail", "forget"} <= set(periodic.discover())
