# Wrong and unusual answers to the exercise `vgg_parameters`.


# %% forgets_the_biases points={"test_vgg_parameters": 0}
def vgg_parameters(blocks, dense, side=224, channels=3):
    convolutions = 0
    for block in blocks:
        if block == "pool":
            side //= 2
        else:
            convolutions += block * 9 * channels
            channels = block
    inputs, sizes = channels * side**2, []
    for neurons in dense:
        sizes.append(neurons * inputs)
        inputs = neurons
    return convolutions, sizes[0], sum(sizes[1:])


# %% forgets_the_biases_of_dense_layers points={"test_vgg_parameters": 0}
def vgg_parameters(blocks, dense, side=224, channels=3):
    convolutions = 0
    for block in blocks:
        if block == "pool":
            side //= 2
        else:
            convolutions += block * (9 * channels + 1)
            channels = block
    inputs, sizes = channels * side**2, []
    for neurons in dense:
        sizes.append(neurons * inputs)
        inputs = neurons
    return convolutions, sizes[0], sum(sizes[1:])


# %% pools_everything_to_one_pixel points={"test_vgg_parameters": 0}
def vgg_parameters(blocks, dense, side=224, channels=3):
    convolutions = 0
    for block in blocks:
        if block == "pool":
            side //= 2
        else:
            convolutions += block * (9 * channels + 1)
            channels = block
    inputs, sizes = channels, []
    for neurons in dense:
        sizes.append(neurons * (inputs + 1))
        inputs = neurons
    return convolutions, sizes[0], sum(sizes[1:])


# %% never_pools points={"test_vgg_parameters": 0}
def vgg_parameters(blocks, dense, side=224, channels=3):
    convolutions = 0
    for block in blocks:
        if block == "pool":
            continue
        else:
            convolutions += block * (9 * channels + 1)
            channels = block
    inputs, sizes = channels * side**2, []
    for neurons in dense:
        sizes.append(neurons * (inputs + 1))
        inputs = neurons
    return convolutions, sizes[0], sum(sizes[1:])


# %% counts_the_first_dense_layer_twice points={"test_vgg_parameters": 0}
def vgg_parameters(blocks, dense, side=224, channels=3):
    convolutions = 0
    for block in blocks:
        if block == "pool":
            side //= 2
        else:
            convolutions += block * (9 * channels + 1)
            channels = block
    inputs, sizes = channels * side**2, []
    for neurons in dense:
        sizes.append(neurons * (inputs + 1))
        inputs = neurons
    return convolutions, sizes[0], sum(sizes)


# %% does_not_round_down points={"test_vgg_parameters": 9}
def vgg_parameters(blocks, dense, side=224, channels=3):
    convolutions = 0
    for block in blocks:
        if block == "pool":
            side /= 2
        else:
            convolutions += block * (9 * channels + 1)
            channels = block
    inputs, sizes = channels * side**2, []
    for neurons in dense:
        sizes.append(neurons * (inputs + 1))
        inputs = neurons
    return convolutions, sizes[0], sum(sizes[1:])


# %% begins_with_three_channels_always points={"test_vgg_parameters": 3}
def vgg_parameters(blocks, dense, side=224, channels=3):
    convolutions, channels = 0, 3
    for block in blocks:
        if block == "pool":
            side //= 2
        else:
            convolutions += block * (9 * channels + 1)
            channels = block
    inputs, sizes = channels * side**2, []
    for neurons in dense:
        sizes.append(neurons * (inputs + 1))
        inputs = neurons
    return convolutions, sizes[0], sum(sizes[1:])


# %% second_solution points={}
# From the release alone: first the numbers of channels, then the sums.
def vgg_parameters(blocks, dense, side=224, channels=3):
    widths = [channels] + [block for block in blocks if block != "pool"]
    for _ in range(len(blocks) - len(widths) + 1):
        side = int(side / 2)
    convolutions = sum(3 * 3 * a * b + b for a, b in zip(widths, widths[1:]))
    neurons = [widths[-1] * side * side] + list(dense)
    fully = [a * b + b for a, b in zip(neurons, neurons[1:])]
    return [convolutions, fully[0], sum(fully) - fully[0]]


# %% makes_arrays_of_zeros points={}
# Counts what is in them, without filling memory: an array that is one number, broadcast.
def vgg_parameters(blocks, dense, side=224, channels=3):
    def size(*shape):
        return np.broadcast_to(np.zeros(1), shape).size + shape[0]

    found = []
    for block in blocks:
        if block == "pool":
            side = side // 2
            continue
        found.append(size(block, channels, 3, 3))
        channels = block
    first = size(dense[0], channels, side, side)
    return sum(found), first, sum(size(b, a) for a, b in zip(dense, dense[1:]))
