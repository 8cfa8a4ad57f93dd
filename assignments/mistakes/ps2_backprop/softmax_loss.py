# Wrong and unusual answers to the exercise `softmax_loss`.


# %% overflows points={"test_softmax_loss": 6}
def softmax_loss(logits, labels):
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    rows = np.arange(len(labels))
    loss = -np.log(p[rows, labels]).mean()
    p[rows, labels] -= 1
    return loss, p / len(labels)


# %% adds_up_the_batch points={"test_softmax_loss": 0}
def softmax_loss(logits, labels):
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -log_p[np.arange(len(z)), labels].sum(), np.exp(log_p) - np.eye(z.shape[1])[labels]


# %% forgets_to_divide_the_gradient points={"test_softmax_loss": 3}
def softmax_loss(logits, labels):
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -log_p[np.arange(len(z)), labels].mean(), np.exp(log_p) - np.eye(z.shape[1])[labels]


# %% turns_the_gradient_round points={"test_softmax_loss": 0, "test_loss_and_gradients": 0, "test_train": 0}
def softmax_loss(logits, labels):
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    gradient = np.eye(z.shape[1])[labels] - np.exp(log_p)
    return -log_p[np.arange(len(z)), labels].mean(), gradient / len(z)


# %% writes_into_the_logits points={"test_softmax_loss": 5}
def softmax_loss(logits, labels):
    logits -= logits.max(axis=1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    gradient = np.exp(log_p) - np.eye(logits.shape[1])[labels]
    return -log_p[np.arange(len(labels)), labels].mean(), gradient / len(labels)


# %% takes_the_logarithm_of_zero points={"test_softmax_loss": 6}
# The exponents are safe, the logarithm is not.
def softmax_loss(logits, labels):
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    gradient = p - np.eye(p.shape[1])[labels]
    return -np.log(p[np.arange(len(p)), labels]).mean(), gradient / len(p)


# %% normalises_columns points={"test_softmax_loss": 0, "test_loss_and_gradients": 0, "test_train": 0}
def softmax_loss(logits, labels):
    z = logits - logits.max()
    p = np.exp(z) / np.exp(z).sum(axis=0)
    rows = np.arange(len(labels))
    return -np.log(p[rows, labels]).mean(), (p - np.eye(p.shape[1])[labels]) / len(p)


# %% second_solution points={}
# From the release alone: one row after the other.
def softmax_loss(logits, labels):
    total, rows = 0.0, []
    for z, label in zip(logits, labels):
        z = z - max(z)
        total += np.log(sum(np.exp(z))) - z[label]
        p = np.exp(z) / sum(np.exp(z))
        p[label] -= 1
        rows.append(p / len(labels))
    return total / len(labels), np.array(rows)


# %% asks_logaddexp points={}
def softmax_loss(logits, labels):
    log_p = logits - np.logaddexp.reduce(logits, axis=1)[:, None]
    right = np.arange(logits.shape[1]) == np.asarray(labels)[:, None]
    return -np.average(log_p[right]), (np.exp(log_p) - right) / len(labels)
