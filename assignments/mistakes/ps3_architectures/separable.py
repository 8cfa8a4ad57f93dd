# Wrong and unusual answers to the exercise `separable`.


# %% is_an_ordinary_convolution points={"test_separable": 0}
def separable(inputs, outputs, stride=1):
    return nn.Conv2d(inputs, outputs, 3, stride, padding=1)


# %% bends_in_the_middle points={"test_separable": 0}
def separable(inputs, outputs, stride=1):
    return nn.Sequential(
        nn.Conv2d(inputs, inputs, 3, stride, padding=1, groups=inputs, bias=False),
        nn.ReLU(),
        nn.Conv2d(inputs, outputs, 1),
    )


# %% bends_at_the_end points={"test_separable": 0}
def separable(inputs, outputs, stride=1):
    return nn.Sequential(
        nn.Conv2d(inputs, inputs, 3, stride, padding=1, groups=inputs, bias=False),
        nn.Conv2d(inputs, outputs, 1),
        nn.ReLU(),
    )


# %% keeps_the_depthwise_bias points={"test_separable": 0}
def separable(inputs, outputs, stride=1):
    return nn.Sequential(
        nn.Conv2d(inputs, inputs, 3, stride, padding=1, groups=inputs),
        nn.Conv2d(inputs, outputs, 1),
    )


# %% mixes_first points={"test_separable": 0}
# Pointwise before depthwise, as Xception's paper draws it.
def separable(inputs, outputs, stride=1):
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 1),
        nn.Conv2d(outputs, outputs, 3, stride, padding=1, groups=outputs, bias=False),
    )


# %% pads_as_keras_does points={"test_separable": 6}
# With stride 2 "same" pads below and on the right only.
def separable(inputs, outputs, stride=1):
    from keras import layers

    return layers.SeparableConv2D(outputs, 3, strides=stride, padding="same")


# %% forgets_the_stride points={"test_separable": 6}
def separable(inputs, outputs, stride=1):
    return nn.Sequential(
        nn.Conv2d(inputs, inputs, 3, padding=1, groups=inputs, bias=False),
        nn.Conv2d(inputs, outputs, 1),
    )


# %% second_solution points={}
# From the release alone, in Keras.
def separable(inputs, outputs, stride=1):
    import keras
    from keras import layers

    pad = layers.ZeroPadding2D(1)
    depthwise = layers.DepthwiseConv2D(3, strides=stride, use_bias=False)
    return keras.Sequential([pad, depthwise, layers.Conv2D(outputs, 1)])


# %% slices_channels points={}
# A convolution for each channel by itself would have other shapes: so one kernel, channel by channel.
def separable(inputs, outputs, stride=1):
    class Separable(nn.Module):
        def __init__(self):
            super().__init__()
            self.space = nn.Parameter(torch.zeros(inputs, 1, 3, 3))
            self.mix = nn.Linear(inputs, outputs)

        def forward(self, x):
            parts = [
                nn.functional.conv2d(x[:, c : c + 1], self.space[c : c + 1], None, stride, 1)
                for c in range(inputs)
            ]
            return self.mix(torch.cat(parts, 1).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)

    return Separable()


# %% computes_in_doubles points={}
# Parameters of its own, in float64.
def separable(inputs, outputs, stride=1):
    class Separable(nn.Module):
        def __init__(self):
            super().__init__()
            self.offset = nn.Parameter(torch.zeros(outputs))
            self.point = nn.Parameter(torch.randn(outputs, inputs, 1, 1))
            self.place = nn.Parameter(torch.randn(inputs, 1, 3, 3))

        def forward(self, x):
            x = torch.conv2d(x, self.place, stride=stride, padding=1, groups=inputs)
            return torch.conv2d(x, self.point, self.offset)

    return Separable().double()
