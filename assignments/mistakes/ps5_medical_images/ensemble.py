# Wrong and unusual answers to the exercise `ensemble`.


# %% votes points={"test_ensemble": 0}
def ensemble(members, weights=None):
    votes = [np.eye(m.shape[1])[m.argmax(axis=1)] for m in members]
    mean = np.average(np.stack(votes), axis=0, weights=weights)
    return np.eye(mean.shape[1])[mean.argmax(axis=1)]


# %% adds points={"test_ensemble": 0}
def ensemble(members, weights=None):
    if not members:
        raise ValueError("nobody")
    return sum(members)


# %% forgets_the_weights points={"test_ensemble": 5}
def ensemble(members, weights=None):
    return np.average(np.stack(members), axis=0)


# %% does_not_divide_by_the_weights points={"test_ensemble": 5}
def ensemble(members, weights=None):
    if weights is None:
        return np.mean(np.stack(members), axis=0)
    return sum(w * m for w, m in zip(weights, members))


# %% averages_everything points={"test_ensemble": 0, "test_diagnose": 0}
def ensemble(members, weights=None):
    return np.average(np.stack(members), axis=None)


# %% writes_into_the_first points={"test_ensemble": 0}
def ensemble(members, weights=None):
    if weights is None:
        weights = [1] * len(members)
    total = members[0]
    total *= weights[0]
    for member, weight in zip(members[1:], weights[1:]):
        total += weight * member
    total /= sum(weights)
    return total


# %% gives_nan_for_nobody points={"test_ensemble": 7}
def ensemble(members, weights=None):
    if len(members) == 0:
        return np.nan
    return np.average(np.stack(members), axis=0, weights=weights)


# %% second_solution points={}
# From the release alone: a running sum.
def ensemble(members, weights=None):
    if not len(members):
        raise ValueError("the list of members is empty")
    if weights is None:
        weights = [1.0 for _ in members]
    total = np.zeros(np.shape(members[0]))
    for weight, member in zip(weights, members):
        total = total + weight * np.asarray(member)
    return total / sum(weights)


# %% multiplies points={}
# The members as rows, the weights as a vector; in single precision.
def ensemble(members, weights=None):
    rows = np.array([np.ravel(member) for member in members], dtype=np.float32)
    if not rows.size:
        raise ValueError("nobody")
    w = np.ones(len(rows)) if weights is None else np.asarray(weights, float)
    return ((w / w.sum()) @ rows).reshape(members[0].shape)
