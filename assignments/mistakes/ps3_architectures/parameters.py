# Wrong and unusual answers to the exercise `parameters`.


# %% forgets_the_bias points={"test_parameters": 0}
def parameters(network):
    total = 0
    for kind, *sizes in network:
        if kind == "conv":
            total += sizes[0] * sizes[1] * sizes[2] ** 2
        elif kind == "depthwise":
            total += sizes[0] * sizes[1] ** 2
        elif kind == "dense":
            total += sizes[0] * sizes[1]
        elif kind == "norm":
            total += 2 * sizes[0]
        elif kind != "pool":
            raise ValueError(kind)
    return total


# %% counts_running_statistics points={"test_parameters": 0}
def parameters(network):
    total = 0
    for kind, *sizes in network:
        if kind == "conv":
            total += sizes[0] * sizes[1] * sizes[2] ** 2 + sizes[1]
        elif kind == "depthwise":
            total += sizes[0] * sizes[1] ** 2
        elif kind == "dense":
            total += sizes[0] * sizes[1] + sizes[1]
        elif kind == "norm":
            total += 4 * sizes[0]
        elif kind != "pool":
            raise ValueError(kind)
    return total


# %% takes_depthwise_for_a_convolution points={"test_parameters": 0}
def parameters(network):
    total = 0
    for kind, *sizes in network:
        if kind == "conv":
            total += sizes[0] * sizes[1] * sizes[2] ** 2 + sizes[1]
        elif kind == "depthwise":
            total += sizes[0] * sizes[0] * sizes[1] ** 2
        elif kind == "dense":
            total += sizes[0] * sizes[1] + sizes[1]
        elif kind == "norm":
            total += 2 * sizes[0]
        elif kind != "pool":
            raise ValueError(kind)
    return total


# %% passes_over_what_it_does_not_know points={"test_parameters": 8}
def parameters(network):
    total = 0
    for kind, *sizes in network:
        if kind == "conv":
            total += sizes[0] * sizes[1] * sizes[2] ** 2 + sizes[1]
        elif kind == "depthwise":
            total += sizes[0] * sizes[1] ** 2
        elif kind == "dense":
            total += sizes[0] * sizes[1] + sizes[1]
        elif kind == "norm":
            total += 2 * sizes[0]
    return total


# %% gives_dense_layers_one_bias points={"test_parameters": 8}
def parameters(network):
    total = 0
    for kind, *sizes in network:
        if kind == "conv":
            total += sizes[0] * sizes[1] * sizes[2] ** 2 + sizes[1]
        elif kind == "depthwise":
            total += sizes[0] * sizes[1] ** 2
        elif kind == "dense":
            total += sizes[0] * sizes[1] + 1
        elif kind == "norm":
            total += 2 * sizes[0]
        elif kind != "pool":
            raise ValueError(kind)
    return total


# %% takes_kernels_for_3x3 points={"test_parameters": 4}
def parameters(network):
    total = 0
    for kind, *sizes in network:
        if kind == "conv":
            total += sizes[0] * sizes[1] * (9 if sizes[2] > 1 else 1) + sizes[1]
        elif kind == "depthwise":
            total += sizes[0] * 9
        elif kind == "dense":
            total += sizes[0] * sizes[1] + sizes[1]
        elif kind == "norm":
            total += 2 * sizes[0]
        elif kind != "pool":
            raise ValueError(kind)
    return total


# %% second_solution points={}
# From the release alone: a function for each kind, in a dictionary.
def parameters(network):
    counts = {
        "conv": lambda inputs, outputs, kernel: outputs * inputs * kernel * kernel + outputs,
        "depthwise": lambda channels, kernel: channels * kernel * kernel,
        "dense": lambda inputs, outputs: inputs * outputs + outputs,
        "norm": lambda channels: channels + channels,
        "pool": lambda kernel: 0,
    }
    numbers = []
    for layer in network:
        if layer[0] not in counts:
            raise ValueError(f"{layer[0]} is not a layer that I know")
        numbers.append(counts[layer[0]](*layer[1:]))
    return sum(numbers)


# %% matches_patterns points={}
def parameters(network):
    def count(layer):
        match layer:
            case "conv", inputs, outputs, kernel:
                return np.zeros((outputs, inputs, kernel, kernel)).size + outputs
            case "depthwise", channels, kernel:
                return channels * kernel**2
            case "dense", inputs, outputs:
                return np.int64(inputs + 1) * outputs
            case "norm", channels:
                return 2 * channels
            case "pool", _:
                return 0
        raise ValueError(layer)

    return sum(map(count, network))
