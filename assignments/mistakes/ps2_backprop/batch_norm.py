# Wrong and unusual answers to the exercise `batch_norm`.


# %% takes_the_whole_batch_together points={"test_batch_norm": 2}
def batch_norm(x, scale, shift, mean, variance, training, momentum=0.1, eps=1e-5):
    n = x.size
    mu, sigma2 = (x.mean(), x.var()) if training else (mean[:, None, None], variance[:, None, None])
    y = scale[:, None, None] * (x - mu) / np.sqrt(sigma2 + eps) + shift[:, None, None]
    if training:
        mean = (1 - momentum) * mean + momentum * mu
        variance = (1 - momentum) * variance + momentum * sigma2 * n / (n - 1)
    return y, mean, variance


# %% always_takes_the_batch points={"test_batch_norm": 6}
# At test time too: what one image gets then depends on its neighbours.
def batch_norm(x, scale, shift, mean, variance, training, momentum=0.1, eps=1e-5):
    mu, sigma2 = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
    n = x.size // x.shape[1]
    if training:
        mean = (1 - momentum) * mean + momentum * mu
        variance = (1 - momentum) * variance + momentum * sigma2 * n / (n - 1)
    normal = (x - mu[:, None, None]) / np.sqrt(sigma2[:, None, None] + eps)
    return scale[:, None, None] * normal + shift[:, None, None], mean, variance


# %% goes_on_learning_in_use points={"test_batch_norm": 6}
def batch_norm(x, scale, shift, mean, variance, training, momentum=0.1, eps=1e-5):
    mu, sigma2 = (x.mean((0, 2, 3)), x.var((0, 2, 3))) if training else (mean, variance)
    normal = (x - mu[:, None, None]) / np.sqrt(sigma2[:, None, None] + eps)
    n = x.size // x.shape[1]
    mean = (1 - momentum) * mean + momentum * x.mean((0, 2, 3))
    variance = (1 - momentum) * variance + momentum * x.var((0, 2, 3)) * n / (n - 1)
    return scale[:, None, None] * normal + shift[:, None, None], mean, variance


# %% swaps_the_momentum points={"test_batch_norm": 5}
# Keras' convention: the share that stays.
def batch_norm(x, scale, shift, mean, variance, training, momentum=0.1, eps=1e-5):
    mu, sigma2 = (x.mean((0, 2, 3)), x.var((0, 2, 3))) if training else (mean, variance)
    if training:
        n = x.size // x.shape[1]
        mean = momentum * mean + (1 - momentum) * mu
        variance = momentum * variance + (1 - momentum) * sigma2 * n / (n - 1)
    normal = (x - mu[:, None, None]) / np.sqrt(sigma2[:, None, None] + eps)
    return scale[:, None, None] * normal + shift[:, None, None], mean, variance


# %% keeps_the_biased_variance points={"test_batch_norm": 5}
def batch_norm(x, scale, shift, mean, variance, training, momentum=0.1, eps=1e-5):
    mu, sigma2 = (x.mean((0, 2, 3)), x.var((0, 2, 3))) if training else (mean, variance)
    if training:
        mean = (1 - momentum) * mean + momentum * mu
        variance = (1 - momentum) * variance + momentum * sigma2
    normal = (x - mu[:, None, None]) / np.sqrt(sigma2[:, None, None] + eps)
    return scale[:, None, None] * normal + shift[:, None, None], mean, variance


# %% forgets_the_root points={"test_batch_norm": 0}
def batch_norm(x, scale, shift, mean, variance, training, momentum=0.1, eps=1e-5):
    mu, sigma2 = (x.mean((0, 2, 3)), x.var((0, 2, 3))) if training else (mean, variance)
    if training:
        n = x.size // x.shape[1]
        mean = (1 - momentum) * mean + momentum * mu
        variance = (1 - momentum) * variance + momentum * sigma2 * n / (n - 1)
    normal = (x - mu[:, None, None]) / (sigma2[:, None, None] + eps)
    return scale[:, None, None] * normal + shift[:, None, None], mean, variance


# %% adds_epsilon_outside_the_root points={"test_batch_norm": 3}
# Hardly a difference with 1e-5.
def batch_norm(x, scale, shift, mean, variance, training, momentum=0.1, eps=1e-5):
    mu, sigma2 = (x.mean((0, 2, 3)), x.var((0, 2, 3))) if training else (mean, variance)
    if training:
        n = x.size // x.shape[1]
        mean = (1 - momentum) * mean + momentum * mu
        variance = (1 - momentum) * variance + momentum * sigma2 * n / (n - 1)
    normal = (x - mu[:, None, None]) / (np.sqrt(sigma2[:, None, None]) + eps)
    return scale[:, None, None] * normal + shift[:, None, None], mean, variance


# %% changes_the_running_statistics_it_was_given points={"test_batch_norm": 3}
def batch_norm(x, scale, shift, mean, variance, training, momentum=0.1, eps=1e-5):
    mu, sigma2 = (x.mean((0, 2, 3)), x.var((0, 2, 3))) if training else (mean, variance)
    normal = (x - mu[:, None, None]) / np.sqrt(sigma2[:, None, None] + eps)
    if training:
        n = x.size // x.shape[1]
        mean += momentum * (mu - mean)
        variance += momentum * (sigma2 * n / (n - 1) - variance)
    return scale[:, None, None] * normal + shift[:, None, None], mean, variance


# %% takes_momentum_for_what_stays points={"test_batch_norm": 5}
# As Keras has it.
def batch_norm(x, scale, shift, mean, variance, training, momentum=0.1, eps=1e-5):
    if training:
        mu, sigma2 = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
        n = x.size / x.shape[1]
        mean = momentum * mean + (1 - momentum) * mu
        variance = momentum * variance + (1 - momentum) * sigma2 * n / (n - 1)
    else:
        mu, sigma2 = mean, variance
    normal = (x - mu[:, None, None]) / np.sqrt(sigma2[:, None, None] + eps)
    y = scale[:, None, None] * normal + shift[:, None, None]
    return y, mean.copy(), variance.copy()


# %% second_solution points={}
# From the release alone: one channel after the other.
def batch_norm(x, scale, shift, mean, variance, training, momentum=0.1, eps=1e-5):
    y, mean, variance = np.zeros(x.shape), mean.copy(), variance.copy()
    for c in range(x.shape[1]):
        channel = x[:, c]
        m, v = mean[c], variance[c]
        if training:
            m = channel.mean()
            v = ((channel - m) ** 2).mean()
            n = channel.size
            mean[c] = (1 - momentum) * mean[c] + momentum * m
            variance[c] = (1 - momentum) * variance[c] + momentum * v * n / (n - 1)
        y[:, c] = scale[c] * (channel - m) / np.sqrt(v + eps) + shift[c]
    return y, mean, variance


# %% folds_it_into_one_line_each points={}
# One factor and one summand a channel; a list for what comes back.
def batch_norm(x, scale, shift, mean, variance, training, momentum=0.1, eps=1e-5):
    rows = np.moveaxis(x, 1, 0).reshape(x.shape[1], -1)
    mu, sigma2 = (rows.mean(1), rows.var(1)) if training else (mean, variance)
    factor = scale / np.sqrt(sigma2 + eps)
    y = np.einsum("nchw,c->nchw", x, factor) + (shift - mu * factor).reshape(1, -1, 1, 1)
    share = momentum if training else 0
    return [y, mean + share * (mu - mean), variance + share * (rows.var(1, ddof=1) - variance)]
