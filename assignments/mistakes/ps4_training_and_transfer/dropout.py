# Wrong and unusual answers to the exercise `dropout`.


# %% forgets_to_scale points={"test_dropout": 0}
def dropout(x, rate, training, seed=0):
    if not training:
        return x.copy()
    kept = np.random.default_rng(seed).random(x.shape) >= rate
    return x * kept


# %% takes_the_rate_for_what_stays points={"test_dropout": 0}
def dropout(x, rate, training, seed=0):
    if not training:
        return x.copy()
    kept = np.random.default_rng(seed).random(x.shape) < rate
    return x * kept / max(rate, 1e-9)


# %% scales_in_use_instead points={"test_dropout": 0}
# The way of the first paper: fewer in training, scaled in use.
def dropout(x, rate, training, seed=0):
    if not training:
        return x * (1 - rate)
    kept = np.random.default_rng(seed).random(x.shape) >= rate
    return x * kept


# %% scales_twice points={"test_dropout": 6}
# In training and in use.
def dropout(x, rate, training, seed=0):
    if not training:
        return x * (1 - rate)
    kept = np.random.default_rng(seed).random(x.shape) >= rate
    return x * kept / (1 - rate)


# %% drops_in_use points={"test_dropout": 6}
# It does not look at `training`.
def dropout(x, rate, training, seed=0):
    kept = np.random.default_rng(seed).random(x.shape) >= rate
    return x * kept / (1 - rate)


# %% drops_whole_rows points={"test_dropout": 4}
def dropout(x, rate, training, seed=0):
    if not training:
        return x.copy()
    kept = np.random.default_rng(seed).random((len(x),) + (1,) * (x.ndim - 1)) >= rate
    return x * kept / (1 - rate)


# %% writes_into_x points={"test_dropout": 2}
def dropout(x, rate, training, seed=0):
    if not training:
        return x.copy()
    dropped = np.random.default_rng(seed).random(x.shape) < rate
    x[dropped] = 0
    x /= 1 - rate
    return x


# %% knows_one_seed points={"test_dropout": 6}
def dropout(x, rate, training, seed=0):
    if not training:
        return x.copy()
    kept = np.random.default_rng(0).random(x.shape) >= rate
    return x * kept / (1 - rate)


# %% second_solution points={}
# From the release alone: a copy, and a mask of what is dropped.
def dropout(x, rate, training, seed=0):
    y = np.array(x, dtype=float)
    if training and rate > 0:
        rng = np.random.default_rng(seed)
        mask = rng.random(size=y.shape) < rate
        y[mask] = 0.0
        y = y / (1.0 - rate)
    return y


# %% asks_pytorch points={}
def dropout(x, rate, training, seed=0):
    torch.manual_seed(seed)
    return nn.functional.dropout(torch.tensor(x, dtype=torch.float32), rate, training)
