# Wrong and unusual answers to the exercise `lenet5`.


# %% bends_with_relu points={"test_lenet5": 0}
def lenet5():
    bend = nn.ReLU()
    body = [nn.Conv2d(1, 6, 5, padding=2), bend, nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), bend]
    body += [nn.AvgPool2d(2), nn.Conv2d(16, 120, 5), bend, nn.Flatten()]
    return nn.Sequential(*body, nn.Linear(120, 84), bend, nn.Linear(84, 10))


# %% pools_the_largest points={"test_lenet5": 0}
def lenet5():
    bend = nn.Tanh()
    body = [nn.Conv2d(1, 6, 5, padding=2), bend, nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), bend]
    body += [nn.MaxPool2d(2), nn.Conv2d(16, 120, 5), bend, nn.Flatten()]
    return nn.Sequential(*body, nn.Linear(120, 84), bend, nn.Linear(84, 10))


# %% ends_in_a_softmax points={"test_lenet5": 0}
def lenet5():
    bend = nn.Tanh()
    body = [nn.Conv2d(1, 6, 5, padding=2), bend, nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), bend]
    body += [nn.AvgPool2d(2), nn.Conv2d(16, 120, 5), bend, nn.Flatten()]
    return nn.Sequential(*body, nn.Linear(120, 84), bend, nn.Linear(84, 10), nn.Softmax(1))


# %% forgets_a_tanh points={"test_lenet5": 0}
def lenet5():
    bend = nn.Tanh()
    body = [nn.Conv2d(1, 6, 5, padding=2), bend, nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), bend]
    body += [nn.AvgPool2d(2), nn.Conv2d(16, 120, 5), bend, nn.Flatten()]
    return nn.Sequential(*body, nn.Linear(120, 84), nn.Linear(84, 10))


# %% flattens_too_early points={"test_lenet5_layers": 0, "test_lenet5": 0}
# The third layer as a dense one: as many weights, in another shape.
def lenet5():
    bend = nn.Tanh()
    body = [nn.Conv2d(1, 6, 5, padding=2), bend, nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), bend]
    body += [nn.AvgPool2d(2), nn.Flatten(), nn.Linear(400, 120), bend]
    return nn.Sequential(*body, nn.Linear(120, 84), bend, nn.Linear(84, 10))


# %% forgets_the_padding points={"test_lenet5_layers": 0, "test_lenet5": 0}
def lenet5():
    bend = nn.Tanh()
    body = [nn.Conv2d(1, 6, 5), bend, nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), bend]
    body += [nn.AvgPool2d(2), nn.Conv2d(16, 120, 5), bend, nn.Flatten()]
    return nn.Sequential(*body, nn.Linear(120, 84), bend, nn.Linear(84, 10))


# %% leaves_the_biases_out points={"test_lenet5_layers": 0, "test_lenet5": 0}
def lenet5():
    bend = nn.Tanh()
    body = [nn.Conv2d(1, 6, 5, padding=2, bias=False), bend, nn.AvgPool2d(2)]
    body += [nn.Conv2d(6, 16, 5, bias=False), bend, nn.AvgPool2d(2)]
    body += [nn.Conv2d(16, 120, 5, bias=False), bend, nn.Flatten()]
    return nn.Sequential(*body, nn.Linear(120, 84), bend, nn.Linear(84, 10))


# %% skips_a_layer points={"test_lenet5_layers": 0, "test_lenet5": 0}
def lenet5():
    bend = nn.Tanh()
    body = [nn.Conv2d(1, 6, 5, padding=2), bend, nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), bend]
    body += [nn.AvgPool2d(2), nn.Conv2d(16, 120, 5), bend, nn.Flatten()]
    return nn.Sequential(*body, nn.Linear(120, 10))


# %% second_solution points={}
# From the release alone, in Keras.
def lenet5():
    import keras
    from keras import layers

    return keras.Sequential(
        [
            layers.Conv2D(6, 5, padding="same", activation="tanh"),
            layers.AveragePooling2D(2),
            layers.Conv2D(16, 5, activation="tanh"),
            layers.AveragePooling2D(2),
            layers.Conv2D(120, 5, activation="tanh"),
            layers.Flatten(),
            layers.Dense(84, activation="tanh"),
            layers.Dense(10),
        ]
    )


# %% is_a_class points={}
# In another order, with other names, and a 1x1 convolution for a dense layer.
class lenet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.last, self.before = nn.LazyLinear(10), nn.Conv2d(120, 84, 1)
        self.c = nn.ModuleList([nn.Conv2d(16, 120, 5), nn.Conv2d(6, 16, 5), nn.Conv2d(1, 6, 5)])

    def forward(self, x):
        x = nn.functional.pad(x, (2, 2, 2, 2))
        for convolution in reversed(self.c):
            x = convolution(x).tanh()
            x = nn.functional.adaptive_avg_pool2d(x, max(x.shape[-1] // 2, 1))
        return self.last(self.before(x).tanh().flatten(1))
