"""Plain data crosses unchanged, anything else is refused; bytes decode or fail, and that is all."""

import math
import pickle

import hypothesis.strategies as st
import msgpack
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis.extra import numpy as numpy_st

from course_utils.grading.judging.across import wire
from course_utils.grading.judging.across.wire import Remote, WireError


def refuse(value, tensor=False):
    if tensor:
        return None
    raise WireError(f"{type(value).__name__} stays")


def no_object(remote, tensor=None):
    return tensor.requires_grad_() if tensor is not None else remote


def across(value):
    return wire.unpack(wire.pack(value, refuse), no_object)


def same(a, b) -> bool:
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray | np.generic):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, float):
        return a == b or math.isnan(a) and math.isnan(b)
    if isinstance(a, complex):
        return same(a.real, b.real) and same(a.imag, b.imag)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return same(list(a.items()), list(b.items()))
    return a == b


scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.complex_numbers() | st.binary()
)
texts = st.text(st.characters(exclude_categories=["Cs"]))
keys = texts | st.integers() | st.booleans() | st.tuples(st.integers(), texts)
arrays = numpy_st.arrays(
    st.one_of(
        numpy_st.integer_dtypes(),
        numpy_st.floating_dtypes(sizes=(16, 32, 64)),
        numpy_st.complex_number_dtypes(sizes=(64, 128)),
        numpy_st.boolean_dtypes(),
        numpy_st.unicode_string_dtypes(max_len=5),
        numpy_st.datetime64_dtypes(),
    ),
    numpy_st.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
)
ranges = st.builds(range, st.integers(-9, 9), st.integers(-9, 9), st.integers(1, 9))
values = st.recursive(
    scalars | texts | arrays | ranges | st.slices(9) | st.just(...),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(keys, inner, max_size=4)
        | st.sets(keys, max_size=4)
    ),
    max_leaves=12,
)


@given(values)
def test_plain_data_crosses_unchanged(value):
    assert same(across(value), value)


@given(arrays)
def test_scalars_of_numpy_stay_scalars(array):
    for value in array.ravel()[:3]:
        assert same(across(value), value)


def test_arrays_that_are_views_cross_as_they_look():
    image = np.arange(12.0).reshape(3, 4)

    assert np.array_equal(across(image[::-1, ::2].T), image[::-1, ::2].T)
    assert across(image[:1]).flags.writeable


@pytest.mark.parametrize("dtype", ["float32", "float64", "bfloat16", "int64", "bool", "complex64"])
def test_tensors_cross_with_their_type(dtype):
    torch = pytest.importorskip("torch")
    tensor = torch.ones(2, 3).to(getattr(torch, dtype))

    assert across(tensor).dtype == tensor.dtype
    assert torch.equal(across(tensor), tensor)


def test_a_parameter_brings_its_gradient():
    torch = pytest.importorskip("torch")
    weight = torch.nn.Parameter(torch.arange(3.0))
    (weight**2).sum().backward()

    copy = across(weight)

    assert copy.requires_grad
    assert torch.equal(copy.grad, torch.tensor([0.0, 2.0, 4.0]))


def test_text_that_no_encoding_has_is_mended():
    assert across("caf\ud800e") != ""


@pytest.mark.parametrize(
    "value", [object(), print, np.array([object()]), np.zeros(2, "i4,f4"), type, Exception("x")]
)
def test_everything_else_stays_where_it_is(value):
    with pytest.raises(WireError, match="stays"):
        wire.pack(value, refuse)

    marked = wire.unpack(wire.pack([value], lambda v: Remote(7, ("a.B",), "b")), no_object)
    assert marked == [Remote(7, ("a.B",), "b")]


def test_a_list_inside_itself_is_refused():
    loop = []
    loop.append(loop)

    with pytest.raises(WireError):
        wire.pack(loop, refuse)


def test_a_message_has_a_largest_size():
    with pytest.raises(WireError, match="MB in one message; at most 64"):
        wire.pack(np.zeros(9_000_000), refuse)


@pytest.mark.parametrize(
    "value, message",
    [
        (range(10**18), "a range of 1,000,000,000,000,000,000 numbers; at most 2,000,000"),
        (range(0, -(10**7), -2), "a range of 5,000,000 numbers"),
        ({"x": [range(3_000_000)]}, "a range of 3,000,000 numbers"),
        (1 << 1_000_000, "a whole number of 1,000,001 bits"),
    ],
    ids=["a range", "one that goes down", "one in a list", "a number"],
)
def test_what_is_small_only_on_paper_is_not_sent(value, message):
    with pytest.raises(WireError, match=message):
        wire.pack(value, refuse)


def test_more_items_than_cross_are_not_even_packed():
    with pytest.raises(WireError, match="3,000,000 items in one message"):
        wire.pack([[]] * 3_000_000, refuse)


def test_ordinary_lists_and_large_numbers_cross():
    numbers = [float(n) for n in range(1_000_000)]

    assert across(numbers) == numbers
    assert across([range(10**6), 2**399_999, -(2**399_999)])[1:] == [2**399_999, -(2**399_999)]


# --- what a stranger may send ---


def extension(code, content):
    return msgpack.packb(msgpack.ExtType(code, msgpack.packb(content)))


# Complex numbers of one hash, by Python's rule: hash(real) + 1000003 * hash(imag).
ONE_HASH = [msgpack.packb([float(1_000_003 * n), -float(n)]) for n in range(2, 4_002)]
FORGED = {
    "pickle": pickle.dumps(print),
    "nothing": b"",
    "half a list": msgpack.packb([1, 2, 3])[:-1],
    "two values": msgpack.packb(1) + msgpack.packb(2),
    "an unknown kind": extension(99, 1),
    "an array of objects": extension(wire.ARRAY, ["|O", [1], b"12345678"]),
    "an array of structures": extension(wire.ARRAY, ["i4,f4", [1], b"12345678"]),
    "a dtype that is code": extension(wire.ARRAY, ["(print(1),)f4", [1], b"1234"]),
    "an array larger than its bytes": extension(wire.ARRAY, ["<f8", [10**9], b"12345678"]),
    "an array with a negative side": extension(wire.ARRAY, ["<f8", [-1, -1], b"12345678"]),
    "an array with a side that is none": extension(wire.ARRAY, ["<f8", [1.0], b"12345678"]),
    "an array with a side of True": extension(wire.ARRAY, ["<f8", [True], b"12345678"]),
    "a shape with 40 sides": extension(wire.ARRAY, ["<f8", [1] * 40, b"12345678"]),
    "an array without bytes": extension(wire.ARRAY, ["<f8", [1], "12345678"]),
    "a dict of numbers": extension(wire.DICT, [1, 2]),
    "a dict with a key that cannot be one": extension(wire.DICT, [[[1], 2]]),
    "a set of lists": extension(wire.SET, [[1]]),
    "a number of words": extension(wire.INTEGER, "ten"),
    "an endless number": extension(wire.INTEGER, "f" * 200_000),
    "a range of words": extension(wire.RANGE, ["a", "b", "c"]),
    "a range without steps": extension(wire.RANGE, [0, 1, 0]),
    "a reference to a text": extension(wire.REMOTE, ["__import__", [], "x"]),
    "a reference with wrong names": extension(wire.REMOTE, [1, [3], "x"]),
    "a tensor of nothing": extension(wire.TORCH, []),
    "a tensor with a wrong array": extension(wire.TORCH, ["f", 1, True, True, None, None]),
    "a range that is long": extension(wire.RANGE, [0, 10**9, 1]),
    "many ranges that are long": msgpack.packb(
        [msgpack.ExtType(wire.RANGE, msgpack.packb([0, 10**6, 1]))] * 3
    ),
    "millions of lists in a list": b"\xdd\x00\x98\x96\x80" + b"\x90" * 10**7,
    "millions of lists in lists": b"\xdd\x00\x00\x03\xe8"
    + (b"\xdd\x00\x00\x0b\xb8" + b"\x90" * 3_000) * 1_000,
    "millions of dicts": b"\xdd\x00\x00\x03\xe8" + (b"\xdc\x0b\xb8" + b"\x80" * 3_000) * 1_000,
    "millions of extensions": b"\xdc\x0b\xb8" + (b"\xdc\x03\xe8" + b"\xd4\x07\xc0" * 1_000) * 3_000,
    "an empty array with a long side": extension(wire.ARRAY, ["<f8", [0, 10**12], b""]),
    "an empty array of long texts": extension(wire.ARRAY, ["<U999999999", [0], b""]),
    "texts without letters": extension(wire.ARRAY, ["|S0", [10**12], b""]),
    "a hundred thousand arrays of 10 kB": msgpack.packb(
        [msgpack.ExtType(wire.ARRAY, msgpack.packb(["|u1", [0, 10_000], b""]))] * 10**5
    ),
    "numbers of one hash in a dict": extension(
        wire.DICT, [[msgpack.ExtType(wire.COMPLEX, body), 1] for body in ONE_HASH]
    ),
    "numbers of one hash in a set": extension(
        wire.SET, [msgpack.ExtType(wire.COMPLEX, body) for body in ONE_HASH]
    ),
    "tuples of one hash": extension(
        wire.SET,
        [
            msgpack.ExtType(wire.TUPLE, msgpack.packb([0, msgpack.ExtType(wire.COMPLEX, body)]))
            for body in ONE_HASH
        ],
    ),
    "numbers of one hash in a map": b"\xde\x0f\xa0"
    + b"".join(msgpack.packb(msgpack.ExtType(wire.COMPLEX, body)) + b"\x01" for body in ONE_HASH),
    "a time of no zone": b"\xd6\xff\x00\x00\x00\x00",
    "containers in containers": b"\x91" * 5000 + b"\x01",
}


@pytest.mark.parametrize("data", FORGED.values(), ids=FORGED)
def test_forged_messages_are_refused(data):
    try:
        value = wire.unpack(data, no_object)
    except WireError:
        return
    assert type(value).__module__ in ("builtins", "msgpack.ext"), value


def test_what_is_chosen_for_its_hash_has_one():
    assert len({hash(complex(*msgpack.unpackb(body))) for body in ONE_HASH}) == 1


def test_dicts_and_sets_of_all_kinds_of_keys_cross():
    keys = [2.0**n for n in range(-1000, 1000)] + [(n, -n) for n in range(5_000)] + list("abc")
    keys += [complex(n, n) for n in range(2_000)]

    assert across(dict.fromkeys(keys, 1)) == dict.fromkeys(keys, 1)
    assert across(set(keys)) == set(keys)


SWELL = [name for name in FORGED if any(word in name for word in ("million", "long", "one hash"))]


@pytest.mark.parametrize("name", SWELL)
def test_what_unfolds_is_refused_before_it_has(name):
    with pytest.raises(WireError):
        wire.unpack(FORGED[name], no_object)


@given(st.binary(max_size=200))
@example(b"\xc7\x05\x00\xdd\xff\xff\xff\xff")
def test_random_bytes_decode_or_are_refused(data):
    try:
        wire.unpack(data, no_object)
    except WireError:
        pass


@settings(max_examples=300)
@given(values, st.data())
def test_damaged_messages_decode_or_are_refused(value, data):
    message = bytearray(wire.pack(value, refuse))
    for _ in range(data.draw(st.integers(1, 4))):
        message[data.draw(st.integers(0, len(message) - 1))] = data.draw(st.integers(0, 255))
    try:
        wire.unpack(bytes(message), no_object)
    except WireError:
        pass


def test_an_extension_in_an_extension_for_ever_is_refused():
    data = msgpack.packb(1)
    for _ in range(60):
        data = msgpack.packb(msgpack.ExtType(wire.TUPLE, msgpack.packb([msgpack.ExtType(0, data)])))

    with pytest.raises(WireError):
        wire.unpack(data, no_object)
