# Wrong and unusual answers to the exercise `bootstrap`.


# %% draws_without_replacement points={"test_bootstrap": 0}
def bootstrap(count, seed):
    chosen = np.random.default_rng(seed).permutation(count)
    return chosen, np.setdiff1d(np.arange(count), chosen)


# %% draws_two_thirds points={"test_bootstrap": 0}
def bootstrap(count, seed):
    chosen = np.random.default_rng(seed).integers(count, size=2 * count // 3)
    return chosen, np.setdiff1d(np.arange(count), chosen)


# %% forgets_the_seed points={"test_bootstrap": 4}
def bootstrap(count, seed):
    chosen = np.random.default_rng().integers(count, size=count)
    return chosen, np.setdiff1d(np.arange(count), chosen)


# %% leaves_out_what_it_has_chosen points={"test_bootstrap": 0}
def bootstrap(count, seed):
    chosen = np.random.default_rng(seed).integers(count, size=count)
    return chosen, np.unique(chosen)


# %% knows_one_seed points={"test_bootstrap": 4}
def bootstrap(count, seed):
    chosen = np.random.default_rng(0).integers(count, size=count)
    return chosen, np.setdiff1d(np.arange(count), chosen)


# %% asks_the_old_generator points={"test_bootstrap": 4}
def bootstrap(count, seed):
    np.random.seed(seed)
    chosen = np.random.randint(0, count, count)
    return chosen, np.setdiff1d(np.arange(count), chosen)


# %% second_solution points={}
# From the release alone: draws one after the other.
def bootstrap(count, seed):
    rng = np.random.default_rng(seed)
    chosen = [int(rng.integers(count)) for _ in range(count)]
    there = set(chosen)
    return chosen, [place for place in range(count) if place not in there]


# %% asks_for_a_choice points={}
def bootstrap(count, seed):
    chosen = np.random.default_rng(seed).choice(count, size=count, replace=True)
    return chosen.astype(np.float32), np.flatnonzero(np.bincount(chosen, minlength=count) == 0)
