"""How a test sees what a student defined: an object that sends every question over the wire.

What comes back by value is the judge's own. What stays there is never asked to compare itself with
something of the judge's: an answer that learns what is expected could say yes. With each other two
of them compare themselves only if the instructor's own answers define their class.
"""

from __future__ import annotations

import itertools
import sys
from typing import Any, Protocol

import numpy as np

from .wire import Remote

# Names with underscores that tests ask for; all others would make libraries ask a stranger.
ASKED = {"__name__", "__doc__", "__qualname__", "__annotations__", "__defaults__", "__call__"}
EXPLICIT = {"__init__", "__pow__", "__rmul__", "__radd__"}
OPERATORS = ("add", "sub", "mul", "truediv", "matmul", "lt", "le", "gt", "ge")
WRITTEN_OUT = {f"__{name}__" for name in (*OPERATORS, "eq", "neg", "abs", "contains")}
# Methods of arrays and tensors, which come by value; another object would be told the answer.
COMPARED = {"allclose", "isclose", "equal", "eq", "ne", "equals", "array_equal"}
BY_VALUE = {"torch.Tensor", "torch.nn.parameter.Parameter"}  # nothing of these stays there
NEVER = (BaseException, np.ndarray, np.generic)
PRIVATE = ("builtins", "__main__")  # modules whose classes no stranger is taken for
MOST_SEARCHED = 1_000  # items of an object in which `in` looks for one


class _Judge(Protocol):
    """What a proxy asks of the judge's end: a `session.Session`."""

    generation: int
    classes: frozenset[str]

    def call(self, proxy: Proxy, args: tuple, kwargs: dict) -> Any: ...

    def get(self, proxy: Proxy, name: str) -> Any: ...

    def set(self, proxy: Proxy, name: str, value: Any) -> None: ...

    def operate(self, proxy: Proxy, name: str, *args) -> Any: ...

    def backward(self, number: int, generation: int, gradient: Any) -> None: ...

    def doubt(self, reason: str) -> None: ...


class Proxy:
    """Something of a student's: a function, a class, a network, a generator.

    Parameters
    ----------
    session
        The judge's end of the wire to the process in which it is.
    remote
        Its number there, and what it says of its classes and its name.
    """

    __slots__ = ("_session", "_reference", "_classes", "_label")
    __array_ufunc__ = None

    def __init__(self, session: _Judge, remote: Remote):
        object.__setattr__(self, "_session", session)
        object.__setattr__(self, "_reference", (remote.number, session.generation))
        object.__setattr__(self, "_classes", remote.classes)
        object.__setattr__(self, "_label", remote.label)

    @property  # type: ignore[misc]  # can only be asked: `__setattr__` catches who sets it
    def __class__(self):
        """The first of its classes that the judge knows too, so that `isinstance` works."""
        return next(filter(None, map(_known, self._classes)), Proxy)

    def __instancecheck__(self, instance) -> bool:
        """`isinstance(an answer's object, an answer's class)`; nothing else is an instance."""
        if type(instance) is not Proxy:
            return False
        return self._session.operate(instance, "isinstance", self) is True

    @property
    def __bases__(self):
        """For `issubclass` of an answer's class: those of its bases that the judge knows too."""
        names = self._session.operate(self, "bases")
        if type(names) is not list:
            raise AttributeError("__bases__")
        return tuple(filter(None, (_known(name) for name in names if type(name) is str)))

    def __call__(self, *args, **kwargs):
        """What comes of a call there with `args` and `kwargs`, as they can cross."""
        return self._session.call(self, args, kwargs)

    def __getattribute__(self, name: str):
        """`x.__mul__(y)`, which a test writes on purpose, is asked there; `x * y` is not."""
        if name in WRITTEN_OUT:
            return self._session.get(self, name)
        return object.__getattribute__(self, name)

    def __getattr__(self, name: str):
        special = name.startswith("__") and name.endswith("__")
        if special and name not in ASKED and name not in EXPLICIT:
            raise AttributeError(name)
        if name in COMPARED:
            raise AttributeError(
                _refused(self, f"{self!r} is no array or tensor, which have .{name}")
            )
        if name.startswith("_ipython") or name.startswith("_repr_"):
            raise AttributeError(name)
        return self._session.get(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._session.set(self, name, value)

    def __getitem__(self, key):
        return self._session.operate(self, "item", key)

    def __setitem__(self, key, value) -> None:
        self._session.operate(self, "setitem", key, value)

    def __delitem__(self, key) -> None:
        self._session.operate(self, "delitem", key)

    def __len__(self) -> int:
        return self._typed("len", int)

    def __iter__(self):
        iterator = self._session.operate(self, "iter")
        if type(iterator) is not Proxy:
            raise TypeError(f"{self!r} cannot be iterated over")
        return iterator

    def __next__(self):
        return self._session.operate(self, "next")

    def __contains__(self, item) -> bool:
        """Whether `item` is among the items, all of which are fetched before it is looked for.

        What has no length could count until it is there, and no class of an answer's own making is
        a list.
        """
        if not (_is_expected(self) or _is_of_a_library(self)):
            raise TypeError(f"{self!r} is no list, tuple, set or dict: `in` looks into these only")
        size = len(self)
        if size > MOST_SEARCHED:
            raise TypeError(f"{self!r} has {size} items; `in` looks at {MOST_SEARCHED} at most")
        items = list(itertools.islice(iter(self), size + 1))
        if len(items) != size:
            raise TypeError(f"len() of {self!r} is {size}, but it has another number of items")
        return any(each is item or each == item for each in items)

    def __enter__(self):
        return self._session.operate(self, "enter")

    def __exit__(self, *error):
        self._session.operate(self, "exit")
        return False

    def __str__(self) -> str:
        return self._typed("str", str)

    def __repr__(self) -> str:
        kind = self._classes[0].rpartition(".")[2] if self._classes else "object"
        return f"your {self._label}" if kind in ("function", "type") else f"your {kind} object"

    def __bool__(self) -> bool:
        return self._typed("bool", bool)

    def __int__(self) -> int:
        return self._typed("int", int)

    def __float__(self) -> float:
        return self._typed("float", float)

    def __hash__(self) -> int:
        return hash(self._reference)

    def __eq__(self, other) -> bool:
        if type(other) is not Proxy or not (_is_expected(self) and _is_expected(other)):
            _refused(self, f"{self!r} is compared with the test's {type(other).__name__}")
            return False  # not even the same one is: it could be returned by all answers
        return self._session.operate(self, "eq", other) is True

    def __copy__(self):
        return self._session.operate(self, "copy")

    def __deepcopy__(self, memo):
        return self._session.operate(self, "deepcopy")

    def __neg__(self):
        return self._session.operate(self, "neg")

    def __abs__(self):
        return self._session.operate(self, "abs")

    def _typed(self, what: str, kind: type):
        value = self._session.operate(self, what)
        if type(value) is not kind:
            raise TypeError(f"{what}() of {self!r} is no {kind.__name__}")
        return value


def _is_expected(proxy: Proxy) -> bool:
    """Whether the instructor's own cells define its class, so that its methods are the exercise."""
    module, _, name = proxy._classes[0].partition(".") if proxy._classes else ("", "", "")
    return module == "__main__" and name in proxy._session.classes


def _is_of_a_library(proxy: Proxy) -> bool:
    """Whether it says that its class is Python's, or of a library that the judge has loaded."""
    return any(name.startswith("builtins.") or _known(name) for name in proxy._classes[:1])


def _refused(proxy: Proxy, message: str) -> str:
    """The message of a refusal; it is the wall's where an answer gave a library's object.

    A table may be right, whatever the test does with it, so that nobody should call it wrong. An
    object of a class that the answer made up is none that was asked for.
    """
    if any(map(_known, proxy._classes[:1])):
        proxy._session.doubt(message)
    return message


def _between_answers(name: str):
    def operation(self, other):
        if type(other) is not Proxy:
            message = (
                f"{self!r} and the test's {type(other).__name__} do not meet in an operator: the "
                f"answer would learn what is expected. A test that means it says x.__{name}__(y)"
            )
            raise TypeError(_refused(self, message))
        if not (_is_expected(self) and _is_expected(other)):
            message = f"{self!r} and {other!r} do not meet in an operator: give numbers"
            raise TypeError(_refused(self, message))
        return self._session.operate(self, name, other)

    return operation


def _known(name: str) -> type | None:
    """A class of a library that the judge has loaded, by "module.name"."""
    module, _, attribute = name.rpartition(".")
    if module in PRIVATE or module not in sys.modules:
        return None
    found: Any = vars(sys.modules[module]).get(attribute)
    if not issubclass(type(found), type) or issubclass(found, NEVER) or name in BY_VALUE:
        return None
    return found if found.__module__ == module else None


# The answer's own documentation, in the place of the text above.
Proxy.__doc__ = property(lambda self: self._session.get(self, "__doc__"))  # type: ignore[assignment]
Proxy.__name__ = "custom object"  # as messages name the type of what a test got
for _name in OPERATORS:
    setattr(Proxy, f"__{_name}__", _between_answers(_name))


def bridge(session: _Judge, number: int, tensor):
    """A tensor of the judge's, whose gradient goes back into the student's that it copies.

    Parameters
    ----------
    session
        The judge's end of the wire.
    number
        The student's tensor, by its number there.
    tensor
        Its values here.
    """
    import torch

    generation = session.generation

    class ToTheAnswer(torch.autograd.Function):
        @staticmethod
        def forward(context, values, hook):
            return values.clone()

        @staticmethod
        def backward(context, gradient):
            session.backward(number, generation, gradient.detach())
            return None, None

    with torch.enable_grad():
        return ToTheAnswer.apply(tensor, torch.zeros((), requires_grad=True))
