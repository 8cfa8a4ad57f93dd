# %% [markdown]
# ## Exercise NUMBER: what is to be written
#
# What it is good for, in two or three sentences, with the formula that it comes from.
#
# Write `NAME(x)`: every value of `x`, an array `(N,)`, doubled. Give back a new array.
#
# For example `NAME([1, 3])` is `[2, 6]`.
#
# <details><summary>Hint</summary>
# What one would say to somebody who is stuck.
# </details>


# %%
def NAME(x):
    """Every value of `x` `(N,)`, doubled."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION


# %%
with checks.exercise(NUMBER):
    squared = {"doubled, not squared": np.array([1.0, 9.0])}
    checks.close(NAME(np.array([1.0, 3.0])), [2.0, 6.0], "NAME([1, 3])", mistakes=squared)
### BEGIN HIDDEN TESTS
x = checks.generator(NUMBER).normal(size=50)
before = x.copy()
checks.close(NAME(x), 2 * before, "NAME of 50 random numbers")
checks.close(x, before, "x after NAME(x), which should leave it as it was")
### END HIDDEN TESTS
