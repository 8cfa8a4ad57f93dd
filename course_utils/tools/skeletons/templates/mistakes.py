# Wrong and unusual answers to the exercise `NAME`.


# %% squares points={"test_NAME": 0}
def NAME(x):
    return x**2


# %% loses_the_sign points={"test_NAME": 0}
# Right for the numbers that one sees.
def NAME(x):
    return abs(2 * x)


# %% changes_its_input points={"test_NAME": 0}
def NAME(x):
    x *= 2
    return x


# %% forgets_the_last points={"test_NAME": 0}
def NAME(x):
    return 2 * x[:-1]


# %% adds_it_to_itself points={}
def NAME(x):
    return x + x


# %% second_solution points={}
# By somebody who had nothing but the release and the lectures.
def NAME(x):
    return np.array([value * 2 for value in x])
