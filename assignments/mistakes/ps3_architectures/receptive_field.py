# Wrong and unusual answers to the exercise `receptive_field`.


# %% adds_up_kernels points={"test_receptive_field": 0}
def receptive_field(layers):
    return sum(layer[0] for layer in layers)


# %% forgets_the_strides points={"test_receptive_field": 0}
def receptive_field(layers):
    view = 1
    for kernel, stride, *dilation in layers:
        view += (kernel - 1) * (dilation[0] if dilation else 1)
    return view


# %% counts_its_own_stride points={"test_receptive_field": 0}
def receptive_field(layers):
    view, apart = 1, 1
    for kernel, stride, *dilation in layers:
        apart *= stride
        view += (kernel - 1) * apart * (dilation[0] if dilation else 1)
    return view


# %% forgets_the_dilation points={"test_receptive_field": 7}
def receptive_field(layers):
    view, apart = 1, 1
    for kernel, stride, *_ in layers:
        view += (kernel - 1) * apart
        apart *= stride
    return view


# %% adds_strides_up points={"test_receptive_field": 6}
# 2 + 2 is 2 * 2: it shows with the third stride only.
def receptive_field(layers):
    view, apart = 1, 0
    for kernel, stride, *dilation in layers:
        view += (kernel - 1) * max(apart, 1) * (dilation[0] if dilation else 1)
        apart += stride if stride > 1 else 0
    return view


# %% spreads_the_kernel_wrongly points={"test_receptive_field": 7}
# d k instead of d (k - 1) + 1.
def receptive_field(layers):
    view, apart = 1, 1
    for kernel, stride, *dilation in layers:
        span = kernel * dilation[0] if dilation and dilation[0] > 1 else kernel
        view += (span - 1) * apart
        apart *= stride
    return view


# %% second_solution points={}
# From the release alone: backwards, from one value down to the image.
def receptive_field(layers):
    seen = 1
    for layer in reversed(layers):
        kernel, stride = layer[0], layer[1]
        dilation = layer[2] if len(layer) == 3 else 1
        seen = (seen - 1) * stride + dilation * (kernel - 1) + 1
    return seen


# %% multiplies_all_strides_below points={}
def receptive_field(layers):
    strides = [layer[1] for layer in layers]
    wider = (
        (layer[0] - 1) * (layer[2] if layer[2:] else 1) * np.prod(strides[:n], dtype=int)
        for n, layer in enumerate(layers)
    )
    return 1 + sum(wider)
