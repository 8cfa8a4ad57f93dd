# Wrong and unusual answers to the exercise `early_stopping`.


# %% looks_at_all_losses points={"test_early_stopping": 0}
def early_stopping(losses, patience):
    return int(np.argmin(losses)), len(losses) - 1


# %% waits_one_epoch_too_long points={"test_early_stopping": 0}
def early_stopping(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        if epoch - best > patience:
            break
    return best, epoch


# %% stops_one_epoch_too_early points={"test_early_stopping": 0}
def early_stopping(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        if epoch - best == patience - 1 > 0:
            break
    return best, epoch


# %% takes_equal_for_better points={"test_early_stopping": 6}
def early_stopping(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss <= losses[best]:
            best = epoch
        if epoch - best == patience:
            break
    return best, epoch


# %% keeps_the_last_weights points={"test_early_stopping": 0}
def early_stopping(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        if epoch - best == patience:
            break
    return epoch, epoch


# %% never_starts_to_count_anew points={"test_early_stopping": 5}
# Counts all epochs that do not improve.
def early_stopping(losses, patience):
    best, bad = 0, 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        elif epoch:
            bad += 1
        if bad == patience:
            break
    return best, epoch


# %% compares_with_the_epoch_before points={"test_early_stopping": 5}
# Better than yesterday is not better than ever.
def early_stopping(losses, patience):
    best, bad = 0, 0
    for epoch in range(1, len(losses)):
        if losses[epoch] < losses[epoch - 1]:
            best, bad = epoch, 0
        else:
            bad += 1
        if bad == patience:
            return best, epoch
    return best, len(losses) - 1


# %% returns_nothing_if_it_never_stops points={"test_early_stopping": 5}
def early_stopping(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        if epoch - best == patience:
            return best, epoch


# %% second_solution points={}
# From the release alone: counts the epochs without improvement.
def early_stopping(losses, patience):
    least, best, waited = float("inf"), None, 0
    for epoch in range(len(losses)):
        if losses[epoch] < least:
            least, best, waited = losses[epoch], epoch, 0
        else:
            waited = waited + 1
            if waited == patience:
                return best, epoch
    return best, len(losses) - 1


# %% asks_numpy points={}
def early_stopping(losses, patience):
    low = np.minimum.accumulate(np.asarray(losses, dtype=float))
    first = np.searchsorted(-low, -low)
    enough = np.flatnonzero(np.arange(len(low)) - first >= patience)
    last = enough[0] if enough.size else len(low) - 1
    return np.array([first[last], last])
