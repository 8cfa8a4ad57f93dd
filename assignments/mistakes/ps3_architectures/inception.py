# Wrong and unusual answers to the exercise `inception`.


# %% forgets_the_last_relus points={"test_inception": 0}
def inception(inputs, one, reduce3, three, reduce5, five, pool):
    class Inception(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Conv2d(inputs, one, 1)
            self.b = nn.Sequential(
                nn.Conv2d(inputs, reduce3, 1), nn.ReLU(), nn.Conv2d(reduce3, three, 3, padding=1)
            )
            self.c = nn.Sequential(
                nn.Conv2d(inputs, reduce5, 1), nn.ReLU(), nn.Conv2d(reduce5, five, 5, padding=2)
            )
            self.d = nn.Sequential(nn.MaxPool2d(3, 1, 1), nn.Conv2d(inputs, pool, 1))

        def forward(self, x):
            return torch.cat([self.a(x), self.b(x), self.c(x), self.d(x)], 1)

    return Inception()


# %% forgets_the_relus_in_the_middle points={"test_inception": 0}
def inception(inputs, one, reduce3, three, reduce5, five, pool):
    class Inception(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Conv2d(inputs, one, 1)
            self.b = nn.Sequential(
                nn.Conv2d(inputs, reduce3, 1), nn.Conv2d(reduce3, three, 3, padding=1)
            )
            self.c = nn.Sequential(
                nn.Conv2d(inputs, reduce5, 1), nn.Conv2d(reduce5, five, 5, padding=2)
            )
            self.d = nn.Sequential(nn.MaxPool2d(3, 1, 1), nn.Conv2d(inputs, pool, 1))

        def forward(self, x):
            return torch.cat([self.a(x), self.b(x), self.c(x), self.d(x)], 1).relu()

    return Inception()


# %% puts_the_pooling_first points={"test_inception": 0}
def inception(inputs, one, reduce3, three, reduce5, five, pool):
    def conv(into, out, k):
        return [nn.Conv2d(into, out, k, padding=k // 2), nn.ReLU()]

    class Inception(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Sequential(*conv(inputs, one, 1))
            self.b = nn.Sequential(*conv(inputs, reduce3, 1), *conv(reduce3, three, 3))
            self.c = nn.Sequential(*conv(inputs, reduce5, 1), *conv(reduce5, five, 5))
            self.d = nn.Sequential(nn.MaxPool2d(3, 1, 1), *conv(inputs, pool, 1))

        def forward(self, x):
            return torch.cat([self.d(x), self.a(x), self.b(x), self.c(x)], 1)

    return Inception()


# %% adds_the_branches points={"test_inception_layers": 0, "test_inception": 0}
def inception(inputs, one, reduce3, three, reduce5, five, pool):
    def conv(into, out, k):
        return [nn.Conv2d(into, out, k, padding=k // 2), nn.ReLU()]

    class Inception(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Sequential(*conv(inputs, one, 1))
            self.b = nn.Sequential(*conv(inputs, reduce3, 1), *conv(reduce3, three, 3))
            self.c = nn.Sequential(*conv(inputs, reduce5, 1), *conv(reduce5, five, 5))
            self.d = nn.Sequential(nn.MaxPool2d(3, 1, 1), *conv(inputs, pool, 1))

        def forward(self, x):
            return self.a(x) + self.b(x) + self.c(x) + self.d(x)

    return Inception()


# %% averages_in_the_last_branch points={"test_inception": 0}
def inception(inputs, one, reduce3, three, reduce5, five, pool):
    def conv(into, out, k):
        return [nn.Conv2d(into, out, k, padding=k // 2), nn.ReLU()]

    class Inception(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Sequential(*conv(inputs, one, 1))
            self.b = nn.Sequential(*conv(inputs, reduce3, 1), *conv(reduce3, three, 3))
            self.c = nn.Sequential(*conv(inputs, reduce5, 1), *conv(reduce5, five, 5))
            self.d = nn.Sequential(nn.AvgPool2d(3, 1, 1), *conv(inputs, pool, 1))

        def forward(self, x):
            return torch.cat([self.a(x), self.b(x), self.c(x), self.d(x)], 1)

    return Inception()


# %% puts_3x3_and_5x5_on_the_input points={"test_inception_layers": 0, "test_inception": 0}
# The naive version of the paper's figure 2.
def inception(inputs, one, reduce3, three, reduce5, five, pool):
    class Inception(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Conv2d(inputs, one, 1)
            self.b = nn.Conv2d(inputs, three, 3, padding=1)
            self.c = nn.Conv2d(inputs, five, 5, padding=2)
            self.d = nn.Sequential(nn.MaxPool2d(3, 1, 1), nn.Conv2d(inputs, pool, 1))

        def forward(self, x):
            return torch.cat([self.a(x), self.b(x), self.c(x), self.d(x)], 1).relu()

    return Inception()


# %% forgets_to_pad points={"test_inception_layers": 0, "test_inception": 0}
def inception(inputs, one, reduce3, three, reduce5, five, pool):
    class Inception(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Conv2d(inputs, one, 1)
            self.b = nn.Sequential(nn.Conv2d(inputs, reduce3, 1), nn.ReLU(), nn.Conv2d(reduce3, three, 3))
            self.c = nn.Sequential(nn.Conv2d(inputs, reduce5, 1), nn.ReLU(), nn.Conv2d(reduce5, five, 5))
            self.d = nn.Sequential(nn.MaxPool2d(3, 1), nn.Conv2d(inputs, pool, 1))

        def forward(self, x):
            return torch.cat([self.a(x), self.b(x), self.c(x), self.d(x)], 1).relu()

    return Inception()


# %% does_not_project_the_pooled points={"test_inception_layers": 0, "test_inception": 0}
def inception(inputs, one, reduce3, three, reduce5, five, pool):
    def conv(into, out, k):
        return [nn.Conv2d(into, out, k, padding=k // 2), nn.ReLU()]

    class Inception(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Sequential(*conv(inputs, one, 1))
            self.b = nn.Sequential(*conv(inputs, reduce3, 1), *conv(reduce3, three, 3))
            self.c = nn.Sequential(*conv(inputs, reduce5, 1), *conv(reduce5, five, 5))
            self.d = nn.MaxPool2d(3, 1, 1)

        def forward(self, x):
            return torch.cat([self.a(x), self.b(x), self.c(x), self.d(x)], 1)

    return Inception()


# %% second_solution points={}
# From the release alone, in Keras' functional style.
def inception(inputs, one, reduce3, three, reduce5, five, pool):
    import keras
    from keras import layers

    def conv(x, channels, kernel):
        return layers.Conv2D(channels, kernel, padding="same", activation="relu")(x)

    x = keras.Input((None, None, inputs))
    small = conv(x, one, 1)
    middle = conv(conv(x, reduce3, 1), three, 3)
    large = conv(conv(x, reduce5, 1), five, 5)
    pooled = conv(layers.MaxPooling2D(3, strides=1, padding="same")(x), pool, 1)
    return keras.Model(x, layers.Concatenate()([small, middle, large, pooled]))


# %% bends_all_at_once points={}
# The ReLU of the four ends is one, after the concatenation; the first convolutions are lazy.
def inception(inputs, one, reduce3, three, reduce5, five, pool):
    class Module(nn.Module):
        def __init__(self):
            super().__init__()
            self.pooled, self.one = nn.LazyConv2d(pool, 1), nn.LazyConv2d(one, 1)
            self.r5, self.five = nn.LazyConv2d(reduce5, 1), nn.LazyConv2d(five, 5, padding="same")
            self.r3, self.three = nn.LazyConv2d(reduce3, 1), nn.LazyConv2d(three, 3, padding="same")

        def forward(self, x):
            wide = nn.functional.max_pool2d(nn.functional.pad(x, (1,) * 4, value=-torch.inf), 3, 1)
            ends = self.one(x), self.three(self.r3(x).relu()), self.five(self.r5(x).relu())
            return torch.cat((*ends, self.pooled(wide)), 1).clamp(min=0)

    return Module()
