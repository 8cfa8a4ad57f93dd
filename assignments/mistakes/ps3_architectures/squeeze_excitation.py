# Wrong and unusual answers to the exercise `squeeze_excitation`.


# %% squeezes_with_the_maximum points={"test_squeeze_excitation": 0}
def squeeze_excitation(channels, reduction):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.down = nn.Linear(channels, channels // reduction)
            self.up = nn.Linear(channels // reduction, channels)

        def forward(self, x):
            s = torch.sigmoid(self.up(torch.relu(self.down(x.amax(dim=(2, 3))))))
            return x * s[:, :, None, None]

    return Block()


# %% forgets_the_relu points={"test_squeeze_excitation": 0}
def squeeze_excitation(channels, reduction):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.down = nn.Linear(channels, channels // reduction)
            self.up = nn.Linear(channels // reduction, channels)

        def forward(self, x):
            s = torch.sigmoid(self.up(self.down(x.mean(dim=(2, 3)))))
            return x * s[:, :, None, None]

    return Block()


# %% lets_channels_compete points={"test_squeeze_excitation": 0}
def squeeze_excitation(channels, reduction):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.down = nn.Linear(channels, channels // reduction)
            self.up = nn.Linear(channels // reduction, channels)

        def forward(self, x):
            s = torch.softmax(self.up(torch.relu(self.down(x.mean(dim=(2, 3))))), dim=1)
            return x * s[:, :, None, None]

    return Block()


# %% returns_the_numbers_themselves points={"test_squeeze_excitation": 0}
def squeeze_excitation(channels, reduction):
    return nn.Sequential(
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(channels, channels // reduction),
        nn.ReLU(),
        nn.Linear(channels // reduction, channels),
        nn.Sigmoid(),
    )


# %% leaves_out_the_reduction points={"test_squeeze_excitation": 0}
def squeeze_excitation(channels, reduction):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.down, self.up = nn.Linear(channels, channels), nn.Linear(channels, channels)

        def forward(self, x):
            s = torch.sigmoid(self.up(torch.relu(self.down(x.mean(dim=(2, 3))))))
            return x * s[:, :, None, None]

    return Block()


# %% adds_the_input points={"test_squeeze_excitation": 0}
def squeeze_excitation(channels, reduction):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.down = nn.Linear(channels, channels // reduction)
            self.up = nn.Linear(channels // reduction, channels)

        def forward(self, x):
            s = torch.sigmoid(self.up(torch.relu(self.down(x.mean(dim=(2, 3))))))
            return x + x * s[:, :, None, None]

    return Block()


# %% squeezes_the_whole_batch points={"test_squeeze_excitation": 0}
# One number a map for all images together: right for a single image.
def squeeze_excitation(channels, reduction):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.down = nn.Linear(channels, channels // reduction)
            self.up = nn.Linear(channels // reduction, channels)

        def forward(self, x):
            s = torch.sigmoid(self.up(torch.relu(self.down(x.mean(dim=(0, 2, 3))))))
            return x * s[:, None, None]

    return Block()


# %% second_solution points={}
# From the release alone, in Keras.
def squeeze_excitation(channels, reduction):
    import keras
    from keras import layers

    x = keras.Input((None, None, channels))
    s = layers.GlobalAveragePooling2D(keepdims=True)(x)
    s = layers.Dense(channels // reduction, activation="relu")(s)
    s = layers.Dense(channels, activation="sigmoid")(s)
    return keras.Model(x, layers.Multiply()([x, s]))


# %% convolves_one_by_one points={}
# The dense layers as 1x1 convolutions, which is how torchvision has it.
def squeeze_excitation(channels, reduction):
    class Block(nn.Sequential):
        def forward(self, x):
            return super().forward(x) * x

    narrow = channels // reduction
    squeeze = nn.AdaptiveAvgPool2d(1)
    return Block(
        squeeze, nn.Conv2d(channels, narrow, 1), nn.ReLU(), nn.Conv2d(narrow, channels, 1), nn.Sigmoid()
    )
