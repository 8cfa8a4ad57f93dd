# Wrong and unusual answers to the exercise `weighted_loss`.


# %% divides_by_the_number_of_images points={"test_weighted_loss": 0}
def weighted_loss(logits, labels, weights):
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    each, own = -log_p[np.arange(len(labels)), labels], weights[labels]
    return (own * each).mean()


# %% forgets_the_weights points={"test_weighted_loss": 0}
def weighted_loss(logits, labels, weights):
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    each, own = -log_p[np.arange(len(labels)), labels], weights[labels]
    return each.mean()


# %% gives_the_sum points={"test_weighted_loss": 0}
def weighted_loss(logits, labels, weights):
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    each, own = -log_p[np.arange(len(labels)), labels], weights[labels]
    return (own * each).sum()


# %% overflows points={"test_weighted_loss": 5}
def weighted_loss(logits, labels, weights):
    z = logits
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    each, own = -log_p[np.arange(len(labels)), labels], weights[labels]
    return (own * each).sum() / own.sum()


# %% divides_by_all_weights points={"test_weighted_loss": 0}
# The sum over the classes instead of the images.
def weighted_loss(logits, labels, weights):
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    each, own = -log_p[np.arange(len(labels)), labels], weights[labels]
    return (own * each).sum() / weights.sum()


# %% weighs_the_logits points={"test_weighted_loss": 0}
def weighted_loss(logits, labels, weights):
    z = logits * weights
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    each, own = -log_p[np.arange(len(labels)), labels], weights[labels]
    return each.mean()


# %% second_solution points={}
# From the release alone: numerator and denominator in a loop.
def weighted_loss(logits, labels, weights):
    top, bottom = 0.0, 0.0
    for z, label in zip(logits, labels):
        z = z - z.max()
        cross_entropy = np.log(np.exp(z).sum()) - z[label]
        top += weights[label] * cross_entropy
        bottom += weights[label]
    return top / bottom


# %% averages_with_numpy points={}
def weighted_loss(logits, labels, weights):
    rows = np.arange(labels.size)
    each = np.logaddexp.reduce(logits, axis=1) - logits[rows, labels]
    return np.average(each, weights=np.take(weights, labels))
