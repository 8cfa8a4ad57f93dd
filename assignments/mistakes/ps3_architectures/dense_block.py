# Wrong and unusual answers to the exercise `dense_block`.


# %% sees_the_layer_before_only points={"test_dense_block": 0}
def dense_block(inputs, growth, layers):
    class DenseBlock(nn.Module):
        def __init__(self):
            super().__init__()
            sizes = [inputs] + [growth] * (layers - 1)
            self.layers = nn.ModuleList(
                nn.Sequential(
                    nn.BatchNorm2d(c), nn.ReLU(), nn.Conv2d(c, growth, 3, padding=1, bias=False)
                )
                for c in sizes
            )

        def forward(self, x):
            parts = [x]
            for layer in self.layers:
                parts.append(layer(parts[-1]))
            return torch.cat(parts, 1)

    return DenseBlock()


# %% puts_the_new_first points={"test_dense_block": 0}
def dense_block(inputs, growth, layers):
    class DenseBlock(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = nn.ModuleList(
                nn.Sequential(
                    nn.BatchNorm2d(c), nn.ReLU(), nn.Conv2d(c, growth, 3, padding=1, bias=False)
                )
                for c in range(inputs, inputs + layers * growth, growth)
            )

        def forward(self, x):
            for layer in self.layers:
                x = torch.cat([layer(x), x], 1)
            return x

    return DenseBlock()


# %% forgets_the_relu points={"test_dense_block": 0}
def dense_block(inputs, growth, layers):
    class DenseBlock(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = nn.ModuleList(
                nn.Sequential(nn.BatchNorm2d(c), nn.Conv2d(c, growth, 3, padding=1, bias=False))
                for c in range(inputs, inputs + layers * growth, growth)
            )

        def forward(self, x):
            for layer in self.layers:
                x = torch.cat([x, layer(x)], 1)
            return x

    return DenseBlock()


# %% returns_the_new_maps_only points={"test_dense_block": 0}
def dense_block(inputs, growth, layers):
    class DenseBlock(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = nn.ModuleList(
                nn.Sequential(
                    nn.BatchNorm2d(c), nn.ReLU(), nn.Conv2d(c, growth, 3, padding=1, bias=False)
                )
                for c in range(inputs, inputs + layers * growth, growth)
            )

        def forward(self, x):
            for layer in self.layers:
                x = torch.cat([x, layer(x)], 1)
            return x[:, inputs:]

    return DenseBlock()


# %% normalises_after_the_convolution points={"test_dense_block": 0}
def dense_block(inputs, growth, layers):
    class DenseBlock(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = nn.ModuleList(
                nn.Sequential(
                    nn.Conv2d(c, growth, 3, padding=1, bias=False), nn.BatchNorm2d(growth), nn.ReLU()
                )
                for c in range(inputs, inputs + layers * growth, growth)
            )

        def forward(self, x):
            for layer in self.layers:
                x = torch.cat([x, layer(x)], 1)
            return x

    return DenseBlock()


# %% keeps_layers_in_a_plain_list points={"test_dense_block": 0}
# PyTorch does not know of them: nothing would be trained.
def dense_block(inputs, growth, layers):
    class DenseBlock(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = [
                nn.Sequential(
                    nn.BatchNorm2d(c), nn.ReLU(), nn.Conv2d(c, growth, 3, padding=1, bias=False)
                )
                for c in range(inputs, inputs + layers * growth, growth)
            ]

        def forward(self, x):
            for layer in self.layers:
                x = torch.cat([x, layer(x)], 1)
            return x

    return DenseBlock()


# %% knows_two_layers points={"test_dense_block": 0}
def dense_block(inputs, growth, layers):
    class DenseBlock(nn.Module):
        def __init__(self):
            super().__init__()
            self.n1, self.n2 = nn.BatchNorm2d(inputs), nn.BatchNorm2d(inputs + growth)
            self.c1 = nn.Conv2d(inputs, growth, 3, padding=1, bias=False)
            self.c2 = nn.Conv2d(inputs + growth, growth, 3, padding=1, bias=False)

        def forward(self, x):
            x = torch.cat([x, self.c1(self.n1(x).relu())], 1)
            return torch.cat([x, self.c2(self.n2(x).relu())], 1)

    return DenseBlock()


# %% second_solution points={}
# From the release alone, in Keras.
def dense_block(inputs, growth, layers):
    import keras

    image = keras.Input((None, None, inputs))
    x = image
    for _ in range(layers):
        y = keras.layers.BatchNormalization(epsilon=1e-5)(x)
        y = keras.layers.ReLU()(y)
        y = keras.layers.Conv2D(growth, 3, padding="same", use_bias=False)(y)
        x = keras.layers.Concatenate()([x, y])
    return keras.Model(image, x)


# %% keeps_a_list_of_maps points={}
# Everything so far in a list, put together where it is needed.
def dense_block(inputs, growth, layers):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            for n in range(layers):
                self.add_module(f"norm{n}", nn.BatchNorm2d(inputs + n * growth))
                self.add_module(f"conv{n}", nn.LazyConv2d(growth, 3, padding=1, bias=False))

        def forward(self, x):
            maps = list(x.split(1, dim=1))
            for n in range(layers):
                seen = getattr(self, f"norm{n}")(torch.concat(maps, dim=1)).relu_()
                maps.extend(getattr(self, f"conv{n}")(seen).split(1, dim=1))
            return torch.concat(maps, dim=1)

    return Block()
