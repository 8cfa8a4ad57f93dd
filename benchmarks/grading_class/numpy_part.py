# The notebook numpy_part: set-up, then for each question the right answer, wrong ones, the test.

# %% imports
import numpy as np

# %% data
rng = np.random.default_rng(0)


# %% relu right
def relu(x):
    return np.maximum(x, 0)


# %% relu wrong
def relu(x):
    return np.abs(x)


# %% relu test
x = rng.normal(size=(50, 50))
assert np.allclose(relu(x), np.where(x > 0, x, 0))


# %% softmax right
def softmax(z):
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


# %% softmax wrong
def softmax(z):
    e = np.exp(z)
    return e / e.sum()


# %% softmax test
z = rng.normal(size=(40, 10))
p = softmax(z)
assert np.allclose(p.sum(1), 1)
assert np.allclose(softmax(z + 1000), p)


# %% zero_pad right
def zero_pad(x, p):
    return np.pad(x, ((p, p), (p, p)))


# %% zero_pad wrong
def zero_pad(x, p):
    return np.pad(x, ((p, 0), (p, 0)))


# %% zero_pad test
x = rng.normal(size=(7, 5))
assert zero_pad(x, 2).shape == (11, 9)
assert np.allclose(zero_pad(x, 2)[2:-2, 2:-2], x)


# %% correlate right
def correlate(x, k):
    h, w = k.shape
    out = np.zeros((x.shape[0] - h + 1, x.shape[1] - w + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = (x[i : i + h, j : j + w] * k).sum()
    return out


# %% correlate wrong
def correlate(x, k):
    return x[: -k.shape[0] + 1, : -k.shape[1] + 1] * k.sum()


# %% correlate test
x, k = rng.normal(size=(28, 28)), rng.normal(size=(5, 5))
got = correlate(x, k)
assert got.shape == (24, 24)
assert np.isclose(got[3, 4], (x[3:8, 4:9] * k).sum())


# %% max_pool right
def max_pool(x):
    h, w = x.shape
    return x.reshape(h // 2, 2, w // 2, 2).max((1, 3))


# %% max_pool wrong
def max_pool(x):
    return x[::2, ::2]


# %% max_pool wrong
def max_pool(x):
    return x / 0 + None


# %% max_pool test
x = rng.normal(size=(28, 28))
got = max_pool(x)
assert got.shape == (14, 14)
assert got[2, 3] == x[4:6, 6:8].max()


# %% cross_entropy right
def cross_entropy(p, y):
    return -np.log(p[np.arange(len(y)), y]).mean()


# %% cross_entropy wrong
def cross_entropy(p, y):
    return np.log(p[np.arange(len(y)), y]).sum()


# %% cross_entropy test
p = np.full((4, 10), 0.1)
assert np.isclose(cross_entropy(p, np.array([1, 2, 3, 4])), np.log(10))
