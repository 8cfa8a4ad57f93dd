# The notebook keras_part: set-up, then for each question the right answer, wrong ones, the test.

# %% imports
import numpy as np
import keras

# %% data
rng = np.random.default_rng(0)
labels = np.arange(256) % 10
images = (rng.normal(size=(256, 1, 8, 8)) * 0.3).astype("float32")
images[np.arange(256), 0, labels % 8, labels // 8] += 3


# %% build right
def build():
    return keras.Sequential(
        [
            keras.layers.Input((8, 8, 1)),
            keras.layers.Conv2D(8, 3, activation="relu"),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )


# %% build wrong
def build():
    return keras.Sequential([keras.layers.Input((8, 8, 1)), keras.layers.Flatten()])


# %% build test
model = build()
assert model.count_params() == 2970
assert model.output_shape == (None, 10)


# %% fit right
def fit(x, y):
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.layers.Input((8, 8, 1)),
            keras.layers.Conv2D(8, 3, activation="relu"),
            keras.layers.Flatten(),
            keras.layers.Dense(10),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss=loss)
    return model.fit(x, y, epochs=3, batch_size=64, verbose=0).history["loss"]


# %% fit wrong
def fit(x, y):
    return [3.0, 2.0]


# %% fit test
losses = fit(images.transpose(0, 2, 3, 1), labels)
assert len(losses) == 3
assert losses[-1] < losses[0] / 2


# %% one_hot right
def one_hot(y):
    return np.array(keras.ops.one_hot(y, 10))


# %% one_hot wrong
def one_hot(y):
    return np.eye(9)[y % 9]


# %% one_hot test
assert one_hot(labels[:50]).shape == (50, 10)
assert (one_hot(labels[:50]).argmax(1) == labels[:50]).all()
