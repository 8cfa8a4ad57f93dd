# Wrong and unusual answers to the exercise `multiply_adds`.


# %% forgets_the_padding points={"test_multiply_adds": 0}
def multiply_adds(height, width, inputs, outputs, kernel, stride=1, groups=1):
    if inputs % groups or outputs % groups:
        raise ValueError("groups")
    rows, columns = ((n - kernel) // stride + 1 for n in (height, width))
    return rows * columns * outputs * inputs // groups * kernel**2


# %% looks_at_one_input points={"test_multiply_adds": 0}
def multiply_adds(height, width, inputs, outputs, kernel, stride=1, groups=1):
    return ((height - 1) // stride + 1) * ((width - 1) // stride + 1) * outputs * kernel**2


# %% counts_biases points={"test_multiply_adds": 0}
def multiply_adds(height, width, inputs, outputs, kernel, stride=1, groups=1):
    if inputs % groups or outputs % groups:
        raise ValueError("groups")
    rows, columns = ((n - 1) // stride + 1 for n in (height, width))
    return rows * columns * outputs * (inputs // groups * kernel**2 + 1)


# %% rounds_down points={"test_multiply_adds": 5}
def multiply_adds(height, width, inputs, outputs, kernel, stride=1, groups=1):
    if inputs % groups or outputs % groups:
        raise ValueError("groups")
    return (height // stride) * (width // stride) * outputs * (inputs // groups) * kernel**2


# %% divides_both_by_the_groups points={"test_multiply_adds": 5}
def multiply_adds(height, width, inputs, outputs, kernel, stride=1, groups=1):
    if inputs % groups or outputs % groups:
        raise ValueError("groups")
    rows, columns = ((n - 1) // stride + 1 for n in (height, width))
    return rows * columns * (outputs // groups) * (inputs // groups) * kernel**2


# %% does_not_look_whether_groups_fit points={"test_multiply_adds": 6}
def multiply_adds(height, width, inputs, outputs, kernel, stride=1, groups=1):
    rows, columns = ((n - 1) // stride + 1 for n in (height, width))
    return rows * columns * outputs * (inputs // groups) * kernel**2


# %% second_solution points={}
# From the release alone: the size of the output as in problem set 1, groups one after the other.
def multiply_adds(height, width, inputs, outputs, kernel, stride=1, groups=1):
    if inputs % groups != 0 or outputs % groups != 0:
        raise ValueError(f"groups={groups} does not divide {inputs} and {outputs}")
    padding = kernel // 2
    out_height = (height + 2 * padding - kernel) // stride + 1
    out_width = (width + 2 * padding - kernel) // stride + 1
    total = 0
    for _ in range(groups):
        total += out_height * out_width * kernel * kernel * (inputs // groups) * (outputs // groups)
    return total


# %% counts_places points={}
def multiply_adds(height, width, inputs, outputs, kernel, stride=1, groups=1):
    (ins, rest), (outs, more) = divmod(inputs, groups), divmod(outputs, groups)
    if rest or more:
        raise ValueError("channels cannot be grouped")
    places = len(range(0, height, stride)) * len(range(0, width, stride))
    return np.float64(places * groups * ins * outs * kernel * kernel)
