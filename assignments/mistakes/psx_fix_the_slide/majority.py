# Wrong and unusual answers to the exercise `majority`.


# %% believes_the_slide points={"test_majority": 0}
def majority(p, voters=3):
    return 0.3492 + 0.4409


# %% forgets_the_three_ways points={"test_majority": 0}
def majority(p, voters=3):
    from math import comb

    return sum(
        p**k * (1 - p) ** (voters - k) for k in range(voters // 2 + 1, voters + 1)
    )


# %% asks_for_all points={"test_majority": 0}
def majority(p, voters=3):
    return p**voters


# %% takes_exactly_one_more_than_half points={"test_majority": 0}
def majority(p, voters=3):
    from math import comb

    return sum(
        comb(voters, k) * p**k * (1 - p) ** (voters - k) for k in [voters // 2 + 1]
    )


# %% knows_three_voters points={"test_majority": 5}
def majority(p, voters=3):
    return p**3 + 3 * p**2 * (1 - p)


# %% takes_a_tie_for_a_majority points={"test_majority": 9}
def majority(p, voters=3):
    from math import comb

    return sum(
        comb(voters, k) * p**k * (1 - p) ** (voters - k) for k in range((voters + 1) // 2, voters + 1)
    )


# %% second_solution points={}
# From the release alone: voter after voter, how likely each number of right ones is.
def majority(p, voters=3):
    chances = [1.0]
    for _ in range(voters):
        more = [0.0] * (len(chances) + 1)
        for right, chance in enumerate(chances):
            more[right] += chance * (1 - p)
            more[right + 1] += chance * p
        chances = more
    return sum(chance for right, chance in enumerate(chances) if right > voters / 2)


# %% multiplies_polynomials points={}
def majority(p, voters=3):
    chances = np.array([1.0])
    for _ in range(voters):
        chances = np.convolve(chances, [1 - p, p])
    return chances[np.arange(voters + 1) * 2 > voters].sum()
