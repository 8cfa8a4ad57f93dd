# Wrong and unusual answers to the exercise `slide_model`.


# %% copies_the_slide points={"test_slide_model": 0}
# `tf` is no module: Python cannot import from it.
def slide_model(classes):
    import tensorflow as tf
    from tf.keras.layers import Conv2D, Dense, Flatten, MaxPooling2D

    model = tf.keras.Sequential([Conv2D(32, 3), MaxPooling2D(2), Flatten(), Dense(classes)])
    return model


# %% keeps_lr_and_decay points={"test_slide_model": 0}
def slide_model(classes):
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(classes, activation="softmax"),
        ]
    )
    rmsprop = keras.optimizers.RMSprop(lr=0.0001, decay=1e-6)
    model.compile(optimizer=rmsprop, loss="sparse_categorical_crossentropy")
    return model


# %% forgets_to_flatten points={"test_slide_model": 0}
def slide_model(classes):
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Dense(classes, activation="softmax"),
        ]
    )
    rmsprop = keras.optimizers.RMSprop(learning_rate=0.0001)
    model.compile(optimizer=rmsprop, loss="sparse_categorical_crossentropy")
    return model


# %% forgets_the_first_relu points={"test_slide_model": 0}
def slide_model(classes):
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Conv2D(32, 3, padding="same"),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(classes, activation="softmax"),
        ]
    )
    rmsprop = keras.optimizers.RMSprop(learning_rate=0.0001)
    model.compile(optimizer=rmsprop, loss="sparse_categorical_crossentropy")
    return model


# %% keeps_the_loss_for_one_hot_labels points={"test_slide_model": 6}
def slide_model(classes):
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(classes, activation="softmax"),
        ]
    )
    rmsprop = keras.optimizers.RMSprop(learning_rate=0.0001)
    model.compile(optimizer=rmsprop, loss="categorical_crossentropy")
    return model


# %% trains_with_adam points={"test_slide_model": 6}
def slide_model(classes):
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(classes, activation="softmax"),
        ]
    )
    rmsprop = keras.optimizers.Adam(learning_rate=0.0001)
    model.compile(optimizer=rmsprop, loss="sparse_categorical_crossentropy")
    return model


# %% pads_both points={"test_slide_model": 0}
def slide_model(classes):
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(classes, activation="softmax"),
        ]
    )
    rmsprop = keras.optimizers.RMSprop(learning_rate=0.0001)
    model.compile(optimizer=rmsprop, loss="sparse_categorical_crossentropy")
    return model


# %% forgets_to_compile points={"test_slide_model": 6}
def slide_model(classes):
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(classes, activation="softmax"),
        ]
    )
    return model


# %% second_solution points={}
# From the release alone: added layer by layer, as on the slide.
def slide_model(classes):
    from keras import Input, Sequential, optimizers
    from keras.layers import Activation, Conv2D, Dense, Flatten, MaxPooling2D

    model = Sequential()
    model.add(Input(shape=(32, 32, 3)))
    model.add(Conv2D(32, (3, 3), padding="same"))
    model.add(Activation("relu"))
    model.add(Conv2D(32, (3, 3)))
    model.add(Activation("relu"))
    model.add(MaxPooling2D(pool_size=(2, 2)))
    model.add(Flatten())
    model.add(Dense(classes))
    model.add(Activation("softmax"))
    opt = optimizers.RMSprop(learning_rate=1e-4)
    model.compile(loss="sparse_categorical_crossentropy", optimizer=opt)
    return model


# %% is_functional points={}
def slide_model(classes):
    import keras

    pixels = keras.Input((32, 32, 3))
    x = keras.layers.ZeroPadding2D(1)(pixels)
    x = keras.ops.relu(keras.layers.Conv2D(32, 3)(x))
    x = keras.ops.relu(keras.layers.Conv2D(32, 3)(x))
    x = keras.layers.MaxPooling2D()(x)
    x = keras.layers.Dense(classes)(keras.layers.Reshape((-1,))(x))
    model = keras.Model(pixels, keras.ops.softmax(x))
    loss = keras.losses.SparseCategoricalCrossentropy()
    model.compile(keras.optimizers.RMSprop(1e-4), loss)
    return model


# %% logs_its_accuracy points={}
# As in every tutorial: a metric beside the loss.
# From the release alone: added layer by layer, as on the slide.
def slide_model(classes):
    from keras import Input, Sequential, optimizers
    from keras.layers import Activation, Conv2D, Dense, Flatten, MaxPooling2D

    model = Sequential()
    model.add(Input(shape=(32, 32, 3)))
    model.add(Conv2D(32, (3, 3), padding="same"))
    model.add(Activation("relu"))
    model.add(Conv2D(32, (3, 3)))
    model.add(Activation("relu"))
    model.add(MaxPooling2D(pool_size=(2, 2)))
    model.add(Flatten())
    model.add(Dense(classes))
    model.add(Activation("softmax"))
    opt = optimizers.RMSprop(learning_rate=1e-4)
    model.compile(loss="sparse_categorical_crossentropy", optimizer=opt, metrics=["accuracy"])
    return model


# %% is_a_class points={}
# A model of one's own has no `input_shape`; it is built by showing it an image.
def slide_model(classes):
    import keras
    from keras import layers

    class Slide(keras.Model):
        def __init__(self):
            super().__init__()
            self.first = layers.Conv2D(32, 3, padding="same", activation="relu")
            self.second = layers.Conv2D(32, 3, activation="relu")
            self.dense = layers.Dense(classes, activation="softmax")
            self.pool, self.flatten = layers.MaxPooling2D(2), layers.Flatten()

        def call(self, x):
            return self.dense(self.flatten(self.pool(self.second(self.first(x)))))

    model = Slide()
    model(np.zeros((1, 32, 32, 3), np.float32))
    model.compile(keras.optimizers.RMSprop(1e-4), keras.losses.SparseCategoricalCrossentropy())
    return model


# %% computes_in_doubles points={}
# In float64; the rate is set after the optimiser is made.
def slide_model(classes):
    """Computed in float64; maps as a functional model."""
    import keras

    options = {"dtype": "float64"}
    images = keras.Input((32, 32, 3), dtype="float64")
    x = keras.layers.Conv2D(32, 3, padding="same", **options)(images)
    x = keras.layers.ReLU(**options)(x)
    x = keras.ops.relu(keras.layers.Conv2D(32, 3, **options)(x))
    x = keras.ops.max_pool(x, 2)
    x = keras.layers.Flatten(**options)(x)
    y = keras.layers.Softmax(**options)(keras.layers.Dense(classes, **options)(x))
    model = keras.Model(images, y)
    model.compile("rmsprop", keras.losses.SparseCategoricalCrossentropy())
    model.optimizer.learning_rate = 1e-4
    return model
