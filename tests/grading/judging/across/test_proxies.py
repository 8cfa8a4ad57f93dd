"""Ordinary test cells see what an answer defined as if it were there, and keep what they know."""

from importlib.util import find_spec

import pytest

from course_utils.grading.judging.verdicts import VerdictKind
from small_notebooks import answer, exam, need, notebook, shared

SETUP = """
import collections
import copy
import numpy as np
import pytest
"""

ANSWER = '''
import abc
from contextlib import contextmanager
from dataclasses import dataclass

SCALE = 3
TABLE = {"a": [1, 2], "b": (3, None)}
PICTURE = np.arange(12.0).reshape(3, 4)

def double(x, times=2, *, plus=0):
    """Twice, or so."""
    return times * x + plus

def several(*args, **kwargs):
    return args, kwargs

def in_place(x):
    x[0] = 99
    return None

def grow(things, table):
    things.append(len(things))
    table["new"] = 1

def fails(x):
    if x < 0:
        raise ValueError(f"{x} is negative")
    return {}[x]

class Odd(ValueError):
    pass

def own_error():
    raise Odd("odd")

def count(n):
    for i in range(n):
        yield i

def apply(function, values):
    return [function(value) for value in values]

def integrate(f, n=4):
    return sum(f(k / n) for k in range(n)) / n

@contextmanager
def opened(name):
    yield name + "!"

def loud():
    print("seen by nobody's points")
    return 1

@dataclass
class Point:
    x: float
    y: float = 0.0
    def __add__(self, other):
        return Point(self.x + other.x, self.y + other.y)
    def norm(self):
        return (self.x ** 2 + self.y ** 2) ** 0.5

class Stack(collections.abc.MutableSequence):
    kind = "stack"
    def __init__(self, *items): self.items = list(items)
    def __len__(self): return len(self.items)
    def __getitem__(self, i): return self.items[i]
    def __setitem__(self, i, v): self.items[i] = v
    def __delitem__(self, i): del self.items[i]
    def insert(self, i, v): self.items.insert(i, v)
    def __repr__(self): return f"Stack{tuple(self.items)}"
    @property
    def top(self): return self.items[-1]
    @staticmethod
    def of(n): return Stack(*range(n))
    @classmethod
    def empty(cls): return cls()

class Layer:
    def __init__(self, size):
        self.weight = np.ones(size)
    def __call__(self, x):
        self.seen = x
        return x * self.weight
    def __enter__(self): return self
    def __exit__(self, *error): self.closed = True

square = lambda x: x ** 2
'''

TESTS = {
    "plain values": "assert SCALE == 3 and TABLE == {'a': [1, 2], 'b': (3, None)}",
    "arrays": """
assert isinstance(PICTURE, np.ndarray) and PICTURE.shape == (3, 4)
np.testing.assert_allclose(PICTURE, np.arange(12.0).reshape(3, 4))""",
    "calls": "assert double(4) == 8 and double(4, 3) == 12 and double(4, times=1, plus=1) == 5",
    "arrays as arguments": "assert np.array_equal(double(np.eye(2)), 2 * np.eye(2))",
    "any arguments": "assert several(1, (2, [3]), k={'v': 4}) == ((1, (2, [3])), {'k': {'v': 4}})",
    "documentation and names": "assert 'Twice' in double.__doc__ and double.__name__ == 'double'",
    "callable": "assert callable(double) and callable(Layer)",
    "lambda": "assert square(5) == 25",
    "an argument changed in place": """### RULES inputs=seen
x = np.zeros(3)
assert in_place(x) is None
assert x.tolist() == [99, 0, 0]""",
    "lists and dicts changed in place": """### RULES inputs=seen
things, table = [7], {}
grow(things, table)
assert things == [7, 1] and table == {"new": 1}""",
    "an exception by its type": """
with pytest.raises(ValueError, match="-1 is negative"):
    fails(-1)
with pytest.raises(KeyError):
    fails(5)""",
    "an exception in except": """
try:
    fails(-2)
except ValueError as error:
    assert "-2" in str(error)
else:
    raise AssertionError("no error")""",
    "an exception of the answer's own": """
with pytest.raises(ValueError):
    own_error()""",
    "a wrong number of arguments": """
with pytest.raises(TypeError):
    double()""",
    "a generator": """
numbers = count(3)
assert next(numbers) == 0 and list(numbers) == [1, 2]
assert sum(count(5)) == 10 and [i for i in count(2)] == [0, 1]
with pytest.raises(StopIteration):
    next(numbers)""",
    "zip and enumerate": "assert list(zip(count(2), 'ab')) == [(0, 'a'), (1, 'b')]",
    "a callback": "assert apply(lambda v: v + 10, [1, 2]) == [11, 12]",
    "a function of a library": "assert np.allclose(apply(np.sqrt, [4.0, 9.0]), [2, 3])",
    "a callback with arithmetic": "assert abs(integrate(lambda t: t * t) - 0.21875) < 1e-12",
    "a callback that fails": """
def bad(v):
    raise KeyError("inside")
with pytest.raises(KeyError, match="inside"):
    apply(bad, [1])""",
    "an answer given to an answer": "assert apply(square, [3]) + apply(double, [3]) == [9, 6]",
    "with": """
with opened("file") as name:
    assert name == "file!"
with Layer(2) as layer:
    pass
assert layer.closed is True""",
    "printing": "assert loud() == 1",
    "a class": """
p = Point(3.0, 4.0)
assert p.x == 3.0 and p.norm() == 5.0
assert isinstance(p, Point) and not isinstance(3, Point) and (p + Point(1.0)).x == 4.0
q = copy.deepcopy(p)
q.x = 7.0
assert (p.x, q.x, copy.copy(p).y) == (3.0, 7.0, 4.0)
p.y = 0.0
assert p.norm() == 3.0 and hasattr(p, "x") and not hasattr(p, "z")""",
    "a container": """
s = Stack(1, 2, 3)
assert len(s) == 3 and s[0] == 1 and s[-1] == 3 and s[1:] == [2, 3] and list(s) == [1, 2, 3]
s[0] = 5
s.append(6)
del s[1]
assert s.items == [5, 3, 6] and s.top == 6 and 3 in s and bool(s)
assert str(s) == "Stack(5, 3, 6)" and Stack.kind == "stack"
assert len(Stack.of(4)) == 4 and not Stack.empty()
assert isinstance(s, collections.abc.MutableSequence)""",
    "state": """
layer = Layer(2)
out = layer(np.array([2.0, 3.0]))
assert out.tolist() == [2, 3] and layer.seen.tolist() == [2, 3]
layer.weight = np.array([10.0, 0.0])
assert layer(np.ones(2)).tolist() == [10, 0]""",
    "pytest.approx": "assert Point(0.1 + 0.2).x == pytest.approx(0.3)",
    "sorted, sum, max": "assert max(several(3, 9, 2)[0]) == 9 and sorted(Stack(3, 1)) == [1, 3]",
    "f-strings": "assert f'{Stack(1)} {SCALE:03d}' == 'Stack(1,) 003'",
    "a set-up object by name": "assert several(box)[0][0].items == [1]",
}


@pytest.fixture(scope="module")
def verdicts(judged):
    box = "class Box:\n    def __init__(self): self.items = [1]\nbox = Box()"
    tests = [exam(source, f"test-{number}") for number, source in enumerate(TESTS.values())]
    cells = [shared(SETUP), shared(box), answer(ANSWER), *tests]
    found = judged.judge(notebook(*cells)).verdicts
    return {name: found[f"test-{number}"] for number, name in enumerate(TESTS)}


@pytest.mark.parametrize("name", TESTS)
def test_tests_read_naturally(verdicts, name):
    verdict = verdicts[name]

    assert verdict.kind is VerdictKind.OK, f"{verdict.message} {verdict.detail}"


OF_TORCH = """
def in_place(x):
    x[0] = 99

def slope(f, x):
    x = x.clone().requires_grad_()
    f(x).sum().backward()
    return x.grad

class Net(nn.Module):
    def __init__(self, hidden=4):
        super().__init__()
        self.first = nn.Linear(3, hidden)
        self.second = nn.Linear(hidden, 2)
    def forward(self, x):
        return self.second(torch.relu(self.first(x)))

net = Net()
"""

TESTS_OF_TORCH = {
    "a tensor changed in place": """### RULES inputs=seen
x = torch.zeros(3)
in_place(x)
assert x[0] == 99""",
    "a function of a library in C": """
assert slope(torch.sin, torch.zeros(3)).tolist() == [1.0, 1.0, 1.0]""",
    "a network's shapes": """
assert isinstance(Net(), Net) and issubclass(Net, nn.Module) and not issubclass(Net, nn.Linear)
assert isinstance(Net(), nn.Module) and isinstance(net.first, nn.Linear)
assert Net(7)(torch.zeros(5, 3)).shape == (5, 2)
assert sum(p.numel() for p in net.parameters()) == 3 * 4 + 4 + 4 * 2 + 2
assert [name for name, _ in net.named_parameters()][0] == "first.weight"
assert net.first.weight.shape == (4, 3) and net.first.in_features == 3""",
    "weights copied in": """
reference = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
w = reference.state_dict()
names = {"first.weight": "0.weight", "first.bias": "0.bias"}
names |= {"second.weight": "2.weight", "second.bias": "2.bias"}
net.load_state_dict({mine: w[theirs] for mine, theirs in names.items()})
x = torch.randn(6, 3)
torch.testing.assert_close(net(x), reference(x))
assert torch.equal(net.state_dict()["first.bias"], w["0.bias"])
with torch.no_grad():
    net.first.weight.zero_()""",
    "gradients out": """### RULES gradients=yes
reference = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
w = list(reference.parameters())
fresh = Net()
fresh.load_state_dict(dict(zip(fresh.state_dict(), (v.detach() for v in w))))
x = torch.randn(6, 3)
loss = fresh(x).square().mean()
loss.backward()
reference(x).square().mean().backward()
torch.testing.assert_close(fresh.first.weight.grad, w[0].grad)
for mine, theirs in zip(fresh.parameters(), w):
    torch.testing.assert_close(mine.grad, theirs.grad)
fresh.zero_grad()
assert fresh.first.weight.grad is None""",
    "training and evaluating": """
net.train()
assert net.training is True
net.eval()
assert net.training is False""",
}


@pytest.fixture(scope="module")
def verdicts_of_torch(judged):
    need("torch")
    tests = [exam(text, f"test-{number}") for number, text in enumerate(TESTS_OF_TORCH.values())]
    setup = shared("import torch\nfrom torch import nn")
    found = judged.judge(notebook(setup, answer(OF_TORCH), *tests)).verdicts
    return {name: found[f"test-{number}"] for number, name in enumerate(TESTS_OF_TORCH)}


@pytest.mark.parametrize("name", TESTS_OF_TORCH)
def test_tests_of_tensors_and_networks_read_naturally(verdicts_of_torch, name):
    verdict = verdicts_of_torch[name]

    assert verdict.kind is VerdictKind.OK, f"{verdict.message} {verdict.detail}"


def test_keras_models_take_weights_and_give_them(judged):
    need("keras")
    setup = "import numpy as np, keras"
    right = """
def build():
    model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(3, activation="relu")])
    return model
model = build()
class Twice(keras.layers.Layer):
    def call(self, x):
        return 2 * x
"""
    test = """
w, b = np.arange(12.0).reshape(4, 3), -np.ones(3)
model.set_weights([w, b])
x = np.linspace(-1, 1, 8).reshape(2, 4).astype("float32")
np.testing.assert_allclose(np.asarray(model(x)), np.maximum(x @ w + b, 0), rtol=1e-5)
np.testing.assert_allclose(model.predict(x, verbose=0), np.maximum(x @ w + b, 0), rtol=1e-5)
assert model.count_params() == 15 and len(model.layers) == 1
assert isinstance(model, keras.Model) and model.layers[0].units == 3
assert model.output_shape == (None, 3)
got = model.get_weights()
assert np.array_equal(got[0], w) and np.array_equal(model.layers[0].kernel, w)
assert np.allclose(np.asarray(Twice()(x)), 2 * x)
"""
    verdict = judged.one(right, test, setup=setup, limits=None)

    assert verdict.kind is VerdictKind.OK, f"{verdict.message} {verdict.detail}"


# --- what does not go over ---


def test_operators_with_the_tests_numbers_are_asked_for_by_name(judged):
    right = """class V:
    def __init__(self, x): self.x = x
    def __mul__(self, k): return V(k * self.x)"""

    assert judged.one(right, "assert V(2).__mul__(3).x == 6").points == 1
    assert "says x.__mul__(y)" in judged.one(right, "assert (V(2) * 3).x == 6").message


def test_what_cannot_cross_is_said_to_the_instructor_and_costs_nothing(judged):
    test = """
class Local: pass
try:
    f(Local())
except Exception:
    pass
"""
    verdict = judged.one("def f(x): return x", test)

    assert verdict.kind is VerdictKind.BROKEN_TEST
    assert verdict.points is None
    assert "Local cannot be given to an answer" in verdict.detail
    assert "give plain data" in verdict.detail


COMPARED = {
    "equal": "assert f() == 42",
    "equal the other way": "assert 42 == f()",
    "an array": "assert (f() == np.arange(3)).all()",
    "an array the other way": "assert (np.arange(3) == f()).all()",
    "allclose": "assert np.allclose(f(), np.arange(3))",
    "isclose": "import math; assert math.isclose(f(), 42)",
    "difference": "assert abs(f() - 42) < 1e-6",
    "difference of arrays": "assert np.abs(np.arange(3) - f()).max() < 1e-6",
    "assert_allclose": "np.testing.assert_allclose(f(), np.arange(3.0))",
    "assert_array_equal": "np.testing.assert_array_equal(f(), np.arange(3.0))",
    "approx": "import pytest; assert f() == pytest.approx(42)",
    "in": "assert f() in (41, 42)",
    "in it": "assert 42 in f()",
    "less": "assert 41 < f() < 43",
    "unittest": "import unittest; unittest.TestCase().assertEqual(f(), 42)",
    "unittest almost": "import unittest; unittest.TestCase().assertAlmostEqual(f(), 42)",
    "list": "assert list(f()) == [0, 1, 2]",
    "sets": "assert {f()} == {42}",
    "dicts": "assert {'x': f()} == {'x': 42}",
    "match": "match f():\n    case 42: pass\n    case _: raise AssertionError",
    "hash": "assert {42: 'yes'}.get(f()) == 'yes'",
    "type": "assert type(f()) is int",
    "isinstance": "assert isinstance(f(), int)",
    "a method of tensors": "assert f().allclose(torch.arange(3))",
    "another one": "assert f().equal(torch.arange(3))",
    "arithmetic first": "assert not (f() * 1 - 42)",
    "called an array": "assert isinstance(f(), np.ndarray) and f().shape == (3,)",
    "called a tensor": "assert isinstance(f(), torch.Tensor)",
    "exec": "exec('assert f() == 42')",
}
AGREEABLE = """
class Yes:
    def __getattr__(self, name): return Yes()
    def __call__(self, *args, **kwargs): return True
    def __bool__(self): return True
for _name in "eq ne lt le gt ge contains hash len iter and or add radd sub rsub mul abs".split():
    setattr(Yes, f"__{_name}__", lambda self, *other: Yes() if _name not in ("eq",) else True)
Yes.__hash__ = lambda self: hash(42)
Yes.__float__ = lambda self: float(learnt[-1]) if learnt else 0.0
Yes.__int__ = Yes.__index__ = lambda self: 0
Yes.__sub__ = Yes.__rsub__ = lambda self, other: 0
Yes.__array_priority__ = 1e9
Yes.__array_ufunc__ = lambda self, *args, **kwargs: np.array(True)
Yes.__array_function__ = lambda self, *args, **kwargs: True
Yes.__class__ = int
import gc
for side in gc.get_objects():
    if type(side).__name__ == "Side":
        refer, names = side.refer, ("numpy.ndarray", "torch.Tensor", "numpy.float64")
        side.refer = lambda value, tensor=False: refer(value)._replace(classes=names)
learnt = []
def f():
    return Yes()
"""


@pytest.fixture(scope="module")
def agreeable(judged):
    tests = [exam(source, f"test-{number}") for number, source in enumerate(COMPARED.values())]
    setup = "import numpy as np" + (", torch" if find_spec("torch") else "")
    cells = [shared(setup), answer("def f(): return 42"), *tests]
    found = judged.judge(notebook(*cells), {"answer": AGREEABLE}).verdicts
    return {name: found[f"test-{number}"] for number, name in enumerate(COMPARED)}


@pytest.mark.parametrize("name", COMPARED)
def test_an_object_that_says_yes_to_everything_is_not_the_answer(agreeable, name):
    if "torch" in COMPARED[name]:
        need("torch")
    assert agreeable[name].points == 0, agreeable[name]
    assert agreeable[name].kind is VerdictKind.WRONG
