"""Dates, fractions and tables cross by value, whatever is wrong with them is no value."""

import datetime as dt
from collections import Counter, deque
from decimal import Decimal
from fractions import Fraction

import msgpack
import numpy as np
import pytest

from course_utils.grading.judging.across import values, wire
from course_utils.grading.judging.verdicts import VerdictKind
from small_notebooks import need

VALUES = [
    Fraction(-1, 3),
    Decimal("1.50"),
    Decimal("-Infinity"),
    dt.datetime(2026, 11, 27, 15, 30, 1, 5),
    dt.datetime(2026, 11, 27, tzinfo=dt.UTC),
    dt.date(2026, 1, 31),
    dt.time(23, 59),
    dt.timedelta(-1, 2, 3),
    frozenset([1, "a"]),
    Counter("abracadabra"),
    deque([1, 2, 3], 5),
    deque(),
]


def stays(value, tensor=False):
    raise TypeError(f"{type(value)} stays")


def crossed(value):
    return wire.unpack(wire.pack(value, stays), stays)


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_is_the_same_on_the_other_side(value):
    assert crossed(value) == value and type(crossed(value)) is type(value)
    assert crossed({"in": [value]}) == {"in": [value]}


def test_how_long_a_queue_may_be_crosses_too():
    assert crossed(deque([1], 5)).maxlen == 5


def test_tables_are_the_same_on_the_other_side():
    pd = pytest.importorskip("pandas")
    days = pd.to_datetime(["2026-01-01", "2026-01-02"])
    for table in (
        pd.DataFrame({"n": [1, 2], "x": [0.5, np.nan], "t": ["a", None], "day": days}),
        pd.DataFrame({"n": [1, 2]}, index=["p", "q"]),
        pd.DataFrame([[1, True]], columns=["same", "same"]),
        pd.DataFrame({"o": pd.Series([1, "a", 2.5], dtype=object)}).rename_axis("rows"),
        pd.DataFrame(),
    ):
        pd.testing.assert_frame_equal(crossed(table), table)
    for series in (pd.Series([1, 2], name="n"), pd.Series(["a", "b"]), pd.Series([], dtype=float)):
        pd.testing.assert_series_equal(crossed(series), series)


def test_what_holds_more_than_numbers_and_texts_stays():
    pd = pytest.importorskip("pandas")
    for value in (
        pd.DataFrame({"lists": [[1], [2]]}),
        pd.Series(pd.Categorical(["a", "b"])),
        pd.Series([1], index=pd.MultiIndex.from_tuples([(1, 2)])),
        pd.Series(range(2_000_000)),
        type("Own", (pd.DataFrame,), {})({"n": [1]}),
        Fraction(1, 10**20_000),
        Decimal("1e20000"),
        dt.datetime(2026, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=1))),
    ):
        with pytest.raises(TypeError, match="stays"):
            crossed(value)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("fraction", [1, 0]),
        ("fraction", ["1", 2]),
        ("decimal", ["1e999999999"]),
        ("decimal", ["9" * 20_000]),
        ("datetime", ["yesterday"]),
        ("timedelta", [1]),
        ("frozenset", [[[1]]]),
        ("counter", [[[1]]]),
        ("deque", [[1], "x"]),
        ("table", [["range", [0, 2, 1], None], ["range", [0, 1, 1], None], [["", [1, 2]]]]),
        ("table", [["range", [0, 9, 1], None], ["range", [0, 1, 1], None], [["object", [1]]]]),
        ("series", [["values", ["category", ["a"]], None], ["object", ["a"]], None]),
        ("series", [["range", [0, 1, 1], None], ["object", [[1]]], None]),
        ("series", [["range", [0, 2, 1], None], ["object", [1]], None]),
        ("table", [["range", [0, 10**18, 1], None], ["range", [0, 1, 1], None], [["object", [1]]]]),
        ("os.system", ["true"]),
        (5, []),
    ],
)
def test_whatever_comes_nothing_else_happens(name, parts):
    body = msgpack.packb([name, parts], use_bin_type=True)
    data = msgpack.packb(msgpack.ExtType(wire.VALUE, body))

    with pytest.raises(wire.WireError):
        wire.unpack(data, stays)


def test_every_name_can_be_made_again():
    for value in VALUES:
        name, parts = values.parts_of(value)
        assert values.made_of(name, parts) == value


def test_tables_of_answers_are_compared_as_pandas_compares_them(judged):
    need("pandas")
    setup = "import pandas as pd\nbase = pd.DataFrame({'a': [1, 2]})"
    right = "def grown(df): return df.assign(b=df['a'] * 2)\nt = grown(base)"
    test = (
        "want = pd.DataFrame({'a': [1, 2], 'b': [2, 4]})\n"
        "pd.testing.assert_frame_equal(t, want)\n"
        "assert (t['b'] == want['b']).all() and t.equals(want) and len(t['a'] > 1) == 2\n"
        "base.loc[0, 'a'] = 9\nassert list(grown(base)['b']) == [18, 4]\n"
        "assert sum(pd.concat([t, t])['a']) == 6"
    )

    assert judged.one(right, test, setup=setup).kind is VerdictKind.OK
    wrong = right.replace("* 2", "* 3")
    assert judged.one(right, test, wrong, setup=setup).kind is VerdictKind.WRONG


def test_a_table_that_is_too_large_is_said_with_its_size(judged):
    need("pandas")
    given = "import pandas as pd; import numpy as np; long = np.zeros((2_000_000, 1))"
    verdict = judged.one("def f(x): return len(x)", f"{given}; assert f(pd.DataFrame(long)) > 0")

    assert verdict.kind is VerdictKind.BROKEN_TEST
    assert "as it takes 16.0 MB, and at most 8 MB can be sent: give a part" in verdict.detail
