# Wrong and unusual answers to the exercise `sizes`.


# %% keeps_every_size points={"test_sizes": 0}
# As the slide says.
def sizes(side, layers):
    found = []
    for padding, kernel, stride in layers:
        side = -(-side // stride)
        found.append(side)
    return found


# %% takes_same_for_valid points={"test_sizes": 0}
def sizes(side, layers):
    found = []
    for padding, kernel, stride in layers:
        if padding == "valid":
            side = (side - kernel) // stride + 1
        elif padding == "same":
            side = (side - kernel) // stride + 1
        else:
            raise ValueError(padding)
        found.append(side)
    return found


# %% forgets_the_first_place points={"test_sizes": 0}
def sizes(side, layers):
    found = []
    for padding, kernel, stride in layers:
        if padding == "valid":
            side = (side - kernel) // stride
        elif padding == "same":
            side = -(-side // stride)
        else:
            raise ValueError(padding)
        found.append(side)
    return found


# %% rounds_same_down points={"test_sizes": 6}
def sizes(side, layers):
    found = []
    for padding, kernel, stride in layers:
        if padding == "valid":
            side = (side - kernel) // stride + 1
        elif padding == "same":
            side = side // stride
        else:
            raise ValueError(padding)
        found.append(side)
    return found


# %% rounds_valid_up points={"test_sizes": 0}
def sizes(side, layers):
    found = []
    for padding, kernel, stride in layers:
        if padding == "valid":
            side = -(-(side - kernel) // stride) + 1
        elif padding == "same":
            side = -(-side // stride)
        else:
            raise ValueError(padding)
        found.append(side)
    return found


# %% takes_what_it_does_not_know_for_same points={"test_sizes": 8}
def sizes(side, layers):
    found = []
    for padding, kernel, stride in layers:
        if padding == "valid":
            side = (side - kernel) // stride + 1
        else:
            side = -(-side // stride)
        found.append(side)
    return found


# %% gives_the_last_side_only points={"test_sizes": 0}
def sizes(side, layers):
    found = []
    for padding, kernel, stride in layers:
        if padding == "valid":
            side = (side - kernel) // stride + 1
        elif padding == "same":
            side = -(-side // stride)
        else:
            raise ValueError(padding)
        found.append(side)
    return found[-1]


# %% second_solution points={}
# From the release alone: a generator, made into a list; places are counted.
def sizes(side, layers):
    def walk(side):
        for padding, kernel, stride in layers:
            if padding not in ("valid", "same"):
                raise ValueError(f"{padding} is no padding that I know")
            last = side - kernel if padding == "valid" else side - 1
            side = len(range(0, last + 1, stride))
            yield side

    return list(walk(side))


# %% rounds_with_math points={}
def sizes(side, layers):
    import math

    found = np.zeros(len(layers), int)
    for n, (padding, kernel, stride) in enumerate(layers):
        inside = {"valid": side - kernel + 1, "same": side}
        if padding not in inside:
            raise ValueError(padding)
        side = found[n] = math.ceil(inside[padding] / stride)
    return found
