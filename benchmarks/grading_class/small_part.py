# The notebook small_part: two questions that take no time.

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


