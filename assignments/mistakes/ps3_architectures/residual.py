# Wrong and unusual answers to the exercise `residual`.


# %% forgets_to_add_the_input points={"test_residual_identity": 0, "test_residual_projection": 0}
def residual(inputs, outputs, stride=1):
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
        nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )


# %% forgets_the_last_relu points={"test_residual_identity": 0, "test_residual_projection": 0}
def residual(inputs, outputs, stride=1):
    class Residual(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = nn.Sequential(
                nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
                nn.BatchNorm2d(outputs),
                nn.ReLU(),
                nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False),
                nn.BatchNorm2d(outputs),
            )
            self.shortcut = nn.Identity()
            if stride > 1 or inputs != outputs:
                self.shortcut = nn.Sequential(
                    nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
                )

        def forward(self, x):
            return self.body(x) + self.shortcut(x)

    return Residual()


# %% bends_before_it_adds points={"test_residual_identity": 0, "test_residual_projection": 0}
def residual(inputs, outputs, stride=1):
    class Residual(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = nn.Sequential(
                nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
                nn.BatchNorm2d(outputs),
                nn.ReLU(),
                nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False),
                nn.BatchNorm2d(outputs),
                nn.ReLU(),
            )
            self.shortcut = nn.Identity()
            if stride > 1 or inputs != outputs:
                self.shortcut = nn.Sequential(
                    nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
                )

        def forward(self, x):
            return self.body(x) + self.shortcut(x)

    return Residual()


# %% keeps_the_biases points={"test_residual_identity": 0, "test_residual_projection": 0}
def residual(inputs, outputs, stride=1):
    class Residual(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = nn.Sequential(
                nn.Conv2d(inputs, outputs, 3, stride, 1),
                nn.BatchNorm2d(outputs),
                nn.ReLU(),
                nn.Conv2d(outputs, outputs, 3, 1, 1),
                nn.BatchNorm2d(outputs),
            )
            self.shortcut = nn.Identity()
            if stride > 1 or inputs != outputs:
                self.shortcut = nn.Sequential(
                    nn.Conv2d(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs)
                )

        def forward(self, x):
            return torch.relu(self.body(x) + self.shortcut(x))

    return Residual()


# %% always_projects points={"test_residual_identity": 0}
def residual(inputs, outputs, stride=1):
    class Residual(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = nn.Sequential(
                nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
                nn.BatchNorm2d(outputs),
                nn.ReLU(),
                nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False),
                nn.BatchNorm2d(outputs),
            )
            self.shortcut = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

        def forward(self, x):
            return torch.relu(self.body(x) + self.shortcut(x))

    return Residual()


# %% projects_for_channels_only points={"test_residual_projection": 6}
# Where only the stride changes the shape, the shortcut does not fit.
def residual(inputs, outputs, stride=1):
    class Residual(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = nn.Sequential(
                nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
                nn.BatchNorm2d(outputs),
                nn.ReLU(),
                nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False),
                nn.BatchNorm2d(outputs),
            )
            self.shortcut = nn.Identity()
            if inputs != outputs:
                self.shortcut = nn.Sequential(
                    nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
                )

        def forward(self, x):
            return torch.relu(self.body(x) + self.shortcut(x))

    return Residual()


# %% strides_in_the_second_convolution points={"test_residual_projection": 0}
def residual(inputs, outputs, stride=1):
    class Residual(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = nn.Sequential(
                nn.Conv2d(inputs, outputs, 3, 1, 1, bias=False),
                nn.BatchNorm2d(outputs),
                nn.ReLU(),
                nn.Conv2d(outputs, outputs, 3, stride, 1, bias=False),
                nn.BatchNorm2d(outputs),
            )
            self.shortcut = nn.Identity()
            if stride > 1 or inputs != outputs:
                self.shortcut = nn.Sequential(
                    nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
                )

        def forward(self, x):
            return torch.relu(self.body(x) + self.shortcut(x))

    return Residual()


# %% does_not_normalise_the_shortcut points={"test_residual_projection": 0}
def residual(inputs, outputs, stride=1):
    class Residual(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = nn.Sequential(
                nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
                nn.BatchNorm2d(outputs),
                nn.ReLU(),
                nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False),
                nn.BatchNorm2d(outputs),
            )
            self.shortcut = nn.Identity()
            if stride > 1 or inputs != outputs:
                self.shortcut = nn.Conv2d(inputs, outputs, 1, stride, bias=False)

        def forward(self, x):
            return torch.relu(self.body(x) + self.shortcut(x))

    return Residual()


# %% takes_keras_defaults points={"test_residual_identity": 0, "test_residual_projection": 0}
# Epsilon is 1e-3 there, and "same" pads below and on the right only with stride 2.
def residual(inputs, outputs, stride=1):
    import keras
    from keras import layers

    x = keras.Input((None, None, inputs))
    y = layers.Conv2D(outputs, 3, stride, padding="same", use_bias=False)(x)
    y = layers.ReLU()(layers.BatchNormalization()(y))
    y = layers.Conv2D(outputs, 3, padding="same", use_bias=False)(y)
    y = layers.BatchNormalization()(y)
    short = x
    if stride > 1 or inputs != outputs:
        short = layers.Conv2D(outputs, 1, stride, use_bias=False)(x)
        short = layers.BatchNormalization()(short)
    return keras.Model(x, layers.ReLU()(y + short))


# %% uses_one_batch_norm_twice points={"test_residual_identity": 0, "test_residual_projection": 0}
def residual(inputs, outputs, stride=1):
    class Residual(nn.Module):
        def __init__(self):
            super().__init__()
            self.one = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
            self.two = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
            self.norm = nn.BatchNorm2d(outputs)
            self.short = nn.Identity()
            if inputs != outputs or stride > 1:
                project = nn.Conv2d(inputs, outputs, 1, stride, bias=False)
                self.short = nn.Sequential(project, nn.BatchNorm2d(outputs))

        def forward(self, x):
            y = self.norm(self.two(torch.relu(self.norm(self.one(x)))))
            return torch.relu(y + self.short(x))

    return Residual()


# %% second_solution points={}
# From the release alone, in Keras.
def residual(inputs, outputs, stride=1):
    import keras
    from keras import layers

    def norm(x):
        return layers.BatchNormalization(epsilon=1e-5)(x)

    image = keras.Input((None, None, inputs))
    x = layers.ZeroPadding2D(1)(image)
    x = norm(layers.Conv2D(outputs, 3, strides=stride, use_bias=False)(x))
    x = layers.Activation("relu")(x)
    x = norm(layers.Conv2D(outputs, 3, padding="same", use_bias=False)(x))
    shortcut = image
    if stride != 1 or inputs != outputs:
        shortcut = norm(layers.Conv2D(outputs, 1, strides=stride, use_bias=False)(image))
    return keras.Model(image, layers.Activation("relu")(layers.Add()([x, shortcut])))


# %% slices_before_it_projects points={}
# Every second pixel first, then a 1x1 convolution; the shortcut is made before the body.
def residual(inputs, outputs, stride=1):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            if stride > 1 or inputs != outputs:
                self.project = nn.Conv2d(inputs, outputs, 1, bias=False)
                self.level = nn.BatchNorm2d(outputs)
            self.norms = nn.ModuleList([nn.BatchNorm2d(outputs), nn.BatchNorm2d(outputs)])
            self.one = nn.Conv2d(inputs, outputs, 3, stride, "valid", bias=False)
            self.two = nn.Conv2d(outputs, outputs, 3, padding="same", bias=False)

        def forward(self, x):
            short = x
            if hasattr(self, "project"):
                short = self.level(self.project(x[:, :, ::stride, ::stride]))
            y = self.norms[0](self.one(nn.functional.pad(x, (1, 1, 1, 1)))).relu()
            return nn.functional.relu(self.norms[1](self.two(y)).add(short))

    return Block()


# %% makes_the_second_convolution_first points={}
# The order in which layers are made is up to whoever makes them.
def residual(inputs, outputs, stride=1):
    class Residual(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm3, self.norm2, self.norm1 = (nn.BatchNorm2d(outputs) for _ in range(3))
            self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
            self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
            self.same = inputs == outputs and stride == 1
            if self.same:
                del self.norm3
            else:
                self.short = nn.Conv2d(inputs, outputs, 1, stride, bias=False)

        def forward(self, x):
            y = self.norm2(self.conv2(torch.relu(self.norm1(self.conv1(x)))))
            return torch.relu(y + (x if self.same else self.norm3(self.short(x))))

    return Residual()
