import pytest

from core.rows import MOST_IN_A_ROW, work_through

pytestmark = pytest.mark.anywhere


def test_a_bad_row_does_not_keep_the_others_and_fails_in_the_end(caplog):
    done = []

    def step(row):
        if row in (2, 4):
            raise ArithmeticError(row)
        done.append(row)

    with pytest.raises(ArithmeticError, match="4"):
        work_through([1, 2, 3, 4, 5], step, name="thing")

    assert done == [1, 3, 5]
    assert [record.getMessage().split(":")[0] for record in caplog.records] == [
        "thing 2",
        "thing 4",
    ]


def test_what_the_steps_returned_comes_back():
    assert work_through([1, 2, 3], lambda row: row * 10, name="thing") == [10, 20, 30]


def test_it_stops_when_every_row_fails(caplog):
    tried = []

    def step(row):
        tried.append(row)
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        work_through(range(100), step, name="thing")

    assert len(tried) == MOST_IN_A_ROW


def test_failures_with_successes_between_them_do_not_stop_it():
    tried = []

    def step(row):
        tried.append(row)
        if row % 2:
            raise ArithmeticError

    with pytest.raises(ArithmeticError):
        work_through(range(100), step, name="thing")

    assert len(tried) == 100
