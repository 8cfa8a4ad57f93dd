"""What a cell changes in place, read off its text."""

import pytest

from course_utils.grading.judging.notebooks.changes import changes


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("xs.sort()", {"xs"}),
        ("ys = sorted(xs)\nxs.index(2)", set()),
        ("d['a']['b'] = 2", {"d"}),
        ("df.loc[0, 'a'] += 1", {"df"}),
        ("df.dropna(inplace=True)", {"df"}),
        ("df.dropna(inplace=False)", set()),
        ("p.x, q[0] = 1, 2", {"p", "q"}),
        ("del d['a'], x", {"d", "x"}),
        ("random.shuffle(cards)", {"cards"}),
        ("net.weight.data.fill_(0)", {"net"}),
        ("[out.append(n) for n in range(3)]", {"out"}),
        ("%matplotlib inline\nxs.append(1)", {"xs"}),
        ("### BEGIN SOLUTION\ns.add(1)\n### END SOLUTION", {"s"}),
        ("this is no Python", set()),
    ],
)
def test_what_changes_when_it_runs(source, names):
    assert changes(source).at_once == names


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("def f():\n    global n\n    n += 1", {"n"}),
        ("def f(x):\n    seen.append(x)", {"seen"}),
        ("def f(seen):\n    seen.append(1)", set()),
        ("def f():\n    seen = []\n    seen.append(1)", set()),
        ("def f():\n    out = []\n    def g(): out.append(1)\n    g()", set()),
        (
            "class C:\n    def add(self, x):\n        self.items.append(x)\n        total['n'] = 1",
            {"total"},
        ),
        ("f = lambda x: seen.add(x)", {"seen"}),
        ("def f(rows):\n    return [r.pop() for r in rows]", set()),
    ],
)
def test_what_its_functions_change_when_they_are_called(source, names):
    assert changes(source).when_called == names
    assert not changes(source).at_once
