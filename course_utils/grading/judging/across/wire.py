"""Plain data between judge and student, in msgpack: decoding never runs anybody's code.

What crosses by value: None, bool, int, float, complex, str, bytes, list, tuple, dict, set, slice,
range, Ellipsis, NumPy arrays and scalars of numbers, texts and dates, tensors of PyTorch and
TensorFlow, and what `values` takes apart: dates, fractions, tables. Everything else stays where it
is and is referred to by a number.

A message is four bytes of length, most significant first, and so many bytes of msgpack.
"""

from __future__ import annotations

import math
import re
import struct
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import msgpack
import numpy as np

from . import values

LARGEST = 64_000_000  # bytes of one message, and numbers of all its arrays
MOST = 2_000_000  # items of all its containers, and of a range: what they are in memory is more
DIGITS = 100_000  # hexadecimal ones of a whole number
DEEPEST = 32  # containers in containers
ALIKE = 1_000  # keys of one hash: a dict or set takes time that is quadratic in their number
CONTAINERS = (list, tuple, dict, set)
KINDS = "?biufcSUMm"  # of NumPy's dtypes; no objects, no structures
DTYPE = re.compile(r"[<>|=][biufcSUMm]\d{1,9}(\[\d{0,6}[A-Za-zμ]{1,2}\])?")  # as dtype.str says

(
    TUPLE,
    DICT,
    SET,
    INTEGER,
    COMPLEX,
    SLICE,
    RANGE,
    ELLIPSIS,
    ARRAY,
    SCALAR,
    TORCH,
    TF,
    REMOTE,
    VALUE,
) = range(14)


class WireError(ValueError):
    """A message that is not what it should be, or a value that cannot be sent."""


class Remote(NamedTuple):
    """Something that stays on its own side: its number there, and what it says of itself."""

    number: int
    classes: tuple[str, ...] = ()  # "module.qualname" of its class and all bases
    label: str = ""


def pack(value: Any, refer: Callable[..., Remote | None]) -> bytes:
    """Bytes of a value.

    Parameters
    ----------
    value
        Whatever it is.
    refer
        Gives the reference to a value that cannot cross, or raises. With `tensor=True` it is asked
        for that of a tensor which crosses all the same: where a gradient can be sent back to, or
        None.

    Raises
    ------
    WireError
        If they are too many for one message.
    """
    data = msgpack.packb(_plain(value, refer, 0), use_bin_type=True)
    if len(data) > LARGEST:
        raise WireError(f"{len(data) / 1e6:.0f} MB in one message; at most {LARGEST / 1e6:.0f} are")
    return data


def unpack(data: bytes, resolve: Callable[..., Any]) -> Any:
    """The value of bytes.

    Parameters
    ----------
    data
        A message, whoever sent it.
    resolve
        Turns a reference into an object of this side. With `tensor=` it is given a tensor of this
        side, and gives the one that sends its gradient back to the reference.

    Raises
    ------
    WireError
        If it is no value; whatever the bytes are, nothing else happens.
    """

    room = _Room()

    def counted(container: Any) -> Any:
        room.take(len(container) + 1)
        return container

    def extension(depth: int) -> Callable[[int, bytes], Any]:
        def decode(code: int, body: bytes) -> Any:
            room.take(1)
            return _decode(code, read(body, depth + 1), resolve, room)

        return decode

    def read(body: bytes, depth: int) -> Any:
        if depth > DEEPEST:
            raise WireError(f"more than {DEEPEST} containers in one another")
        return msgpack.unpackb(
            body,
            raw=False,
            strict_map_key=False,
            ext_hook=extension(depth),
            list_hook=counted,
            object_hook=counted,
            max_array_len=MOST,
            max_map_len=0,  # dicts are extensions, whose keys are looked at
            use_list=True,
        )

    try:
        return read(data, 0)
    except WireError:
        raise
    except Exception as error:  # msgpack, NumPy and torch each have their own
        raise WireError(f"not a message: {error}") from None


class _Room:
    """How much more a message may hold: bytes say little about what they become."""

    def __init__(self) -> None:
        self.items, self.numbers = MOST, LARGEST

    def take(self, items: int) -> None:
        self.items -= items
        if self.items < 0:
            raise WireError(f"more than {MOST:,} items in one message")

    def take_array(self, shape: tuple[int, ...], itemsize: int) -> None:
        """An axis of 0 makes an array empty, and leaves the other axes as long as they say."""
        self.numbers -= math.prod(max(n, 1) for n in shape) * max(itemsize, 1)
        if self.numbers < 0:
            raise WireError(f"arrays of more than {LARGEST:,} bytes in one message")


def frame(data: bytes) -> bytes:
    """The message `data` as it goes over the wire, with its length before it."""
    return struct.pack(">I", len(data)) + data


def _extension(code: int, content: Any) -> msgpack.ExtType:
    return msgpack.ExtType(code, msgpack.packb(content, use_bin_type=True))


def _plain(value: Any, refer, depth: int) -> Any:  # noqa: C901, PLR0911, PLR0912
    """The value in the terms of msgpack."""
    if depth > DEEPEST:
        return _remote(refer(value))
    if value is None or value is True or value is False:
        return value
    kind = type(value)
    if kind is int:
        small = -(2**63) <= value < 2**64
        if value.bit_length() > 4 * DIGITS:
            raise WireError(
                f"a whole number of {value.bit_length():,} bits; {4 * DIGITS:,} are many"
            )
        return value if small else _extension(INTEGER, hex(value))
    if kind is float or kind is bytes:
        return value
    if kind is str:
        return value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    if kind in CONTAINERS and len(value) > MOST:
        raise WireError(f"{len(value):,} items in one message; at most {MOST:,} can be sent")
    if kind is list:
        return [_plain(each, refer, depth + 1) for each in value]
    if kind is tuple or (issubclass(kind, tuple) and kind.__name__ == "Size"):
        return _extension(TUPLE, [_plain(each, refer, depth + 1) for each in value])
    if kind is dict or (issubclass(kind, dict) and kind.__name__ in ("OrderedDict", "defaultdict")):
        pairs = dict.items(value)
        return _extension(
            DICT, [[_plain(k, refer, depth + 1), _plain(v, refer, depth + 1)] for k, v in pairs]
        )
    if kind is set:
        return _extension(SET, [_plain(each, refer, depth + 1) for each in value])
    if kind is complex:
        return _extension(COMPLEX, [value.real, value.imag])
    if kind is slice:
        parts = (value.start, value.stop, value.step)
        return _extension(SLICE, [_plain(part, refer, depth + 1) for part in parts])
    if kind is range:
        if _length(value) > MOST:
            raise WireError(f"a range of {_length(value):,} numbers; at most {MOST:,} can be sent")
        return _extension(RANGE, [value.start, value.stop, value.step])
    if value is Ellipsis:
        return _extension(ELLIPSIS, None)
    if issubclass(kind, np.ndarray | np.generic):
        array = np.asarray(value)
        if array.dtype.kind in KINDS:
            code = SCALAR if issubclass(kind, np.generic) else ARRAY
            return _extension(code, _array(array))
        return _remote(refer(value))
    taken = values.parts_of(value)
    if taken is not None:
        called, content = taken
        return _extension(VALUE, [called, [_plain(part, refer, depth + 1) for part in content]])
    tensor = _tensor(value, refer)
    return _remote(refer(value)) if tensor is None else tensor


def _array(array: np.ndarray) -> list:
    return [array.dtype.str, list(array.shape), array.tobytes()]


def _remote(remote: Remote) -> msgpack.ExtType:
    return _extension(REMOTE, [remote.number, list(remote.classes), remote.label])


def _tensor(value: Any, refer) -> msgpack.ExtType | None:
    """A tensor of a framework that this process has loaded, by value."""
    torch, tf = sys.modules.get("torch"), sys.modules.get("tensorflow")
    kind = type(value)  # never what a stranger calls its class
    if torch is not None and issubclass(kind, torch.Tensor):
        name, array = _torch_array(torch, value.detach())
        gradient = None if value.grad is None or not value.is_leaf else value.grad.detach()
        extra = None if gradient is None else _array(_torch_array(torch, gradient)[1])
        source = None
        if value.requires_grad:  # where a gradient can be sent back to
            remote = refer(value, tensor=True)
            source = None if remote is None else remote.number
        return _extension(
            TORCH, [name, _array(array), bool(value.requires_grad), value.is_leaf, extra, source]
        )
    if tf is not None and issubclass(kind, tf.Tensor | tf.Variable) and hasattr(value, "numpy"):
        array = value.numpy()
        if isinstance(array, np.ndarray | np.generic) and np.asarray(array).dtype.kind in KINDS:
            return _extension(TF, _array(np.asarray(array)))
    keras = sys.modules.get("keras")
    if keras is not None and issubclass(kind, keras.Variable):
        return _extension(ARRAY, _array(np.asarray(value)))
    return None


def _torch_array(torch, tensor) -> tuple[str, np.ndarray]:
    tensor = tensor.cpu()
    if tensor.layout != torch.strided:
        tensor = tensor.to_dense()
    name = str(tensor.dtype).removeprefix("torch.")
    if name == "bfloat16":
        tensor = tensor.float()
    return name, tensor.resolve_conj().resolve_neg().numpy()


def _length(numbers: range) -> int:
    """Its length; `len` gives none above 2**63."""
    return max(0, (numbers[-1] - numbers[0]) // numbers.step + 1) if numbers else 0


def _decode(code: int, content: Any, resolve, room: _Room) -> Any:  # noqa: C901, PLR0911
    if code == TUPLE:
        return tuple(_list(content))
    if code == DICT:
        _spread(key for key, _ in _list(content))
        return {key: value for key, value in content}  # can be interrupted
    if code == SET:
        _spread(_list(content))
        return {each for each in content}  # noqa: C416 - can be interrupted
    if code == INTEGER:
        if type(content) is not str or len(content) > DIGITS + 3:  # with -0x
            raise WireError("not a whole number")
        room.take(len(content) // 8)
        return int(content, 16)
    if code == COMPLEX:
        return complex(*_list(content))
    if code == SLICE:
        return slice(*_list(content))
    if code == RANGE:
        numbers = range(*_list(content))
        room.take(_length(numbers))
        return numbers
    if code == ELLIPSIS:
        return Ellipsis
    if code == ARRAY:
        return _numpy(content, room)
    if code == SCALAR:
        return _numpy(content, room)[()]
    if code == TORCH:
        return _torch(content, resolve, room)
    if code == TF:
        array, tf = _numpy(content, room), sys.modules.get("tensorflow")
        return array if tf is None else tf.constant(array)
    if code == VALUE:
        name, parts = _list(content)
        return values.made_of(name, _list(parts))
    if code == REMOTE:
        number, classes, label = _list(content)
        names = [*_list(classes), label]
        if type(number) is not int or not all(type(name) is str for name in names):
            raise WireError("not a reference")
        return resolve(Remote(number, tuple(classes[:50]), label[:200]))
    raise WireError(f"an unknown kind of value: {code}")


def _spread(keys: Iterable[Any]) -> None:
    """Refuse keys that were chosen for their hashes, which numbers and tuples have by a rule.

    Honest ones hardly share any: of the powers of 2 that a float can be, 35 at most.
    """
    times = Counter(map(hash, keys))
    if times and max(times.values()) > ALIKE:
        raise WireError(f"more than {ALIKE:,} keys that have one hash")


def _list(content: Any) -> list:
    if type(content) is not list:
        raise WireError("a list was expected, and something else came")
    return content


def _numpy(content: Any, room: _Room) -> np.ndarray:
    name, shape, body = _list(content)
    if type(name) is not str or type(body) is not bytes or not DTYPE.fullmatch(name):
        raise WireError("not an array of numbers, texts or dates")
    dtype = np.dtype(name)
    shape = tuple(_list(shape))
    if len(shape) > 32 or any(type(n) is not int or n < 0 for n in shape):
        raise WireError("an array without a shape")
    room.take_array(shape, dtype.itemsize)
    if math.prod(shape) * dtype.itemsize != len(body):
        raise WireError(f"an array of {shape} in {len(body)} bytes")
    if not body:
        return np.zeros(shape, dtype)
    return np.frombuffer(body, dtype).reshape(shape).copy()


def _torch(content: Any, resolve, room: _Room) -> Any:
    name, body, wanted, leaf, gradient, source = _list(content)
    array, torch = _numpy(body, room), sys.modules.get("torch")
    if torch is None:  # a student's choice must not make the other side import it
        return array
    tensor = torch.from_numpy(array)
    if name == "bfloat16":
        tensor = tensor.bfloat16()
    if wanted is True and tensor.is_floating_point():
        if type(source) is int:
            tensor = resolve(Remote(source, ("torch.Tensor",)), tensor=tensor)
        else:
            tensor.requires_grad_()
        if gradient is not None and leaf is True:
            values = torch.from_numpy(_numpy(gradient, room)).to(tensor.dtype)
            if values.shape == tensor.shape:
                tensor.grad = values
    return tensor
