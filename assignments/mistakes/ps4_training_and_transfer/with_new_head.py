# Wrong and unusual answers to the exercise `with_new_head`.


# %% freezes_the_weights_only points={"test_frozen_statistics": 0}
# The statistics of the batch norms move as soon as it is trained.
def with_new_head(base, classes, features=288):
    frozen = copy.deepcopy(base).requires_grad_(False)
    return nn.Sequential(frozen, nn.Flatten(), nn.Linear(features, classes))


# %% sets_evaluation_mode_once points={"test_frozen_statistics": 0}
# network.train() undoes it.
def with_new_head(base, classes, features=288):
    frozen = copy.deepcopy(base).requires_grad_(False).eval()
    return nn.Sequential(frozen, nn.Flatten(), nn.Linear(features, classes))


# %% forgets_to_freeze points={"test_new_head": 0}
def with_new_head(base, classes, features=288):
    class Frozen(nn.Module):
        def __init__(self):
            super().__init__()
            self.base = copy.deepcopy(base).eval()

        def train(self, mode=True):
            return super().train(False)

        def forward(self, x):
            return self.base(x)

    return nn.Sequential(Frozen(), nn.Flatten(), nn.Linear(features, classes))


# %% freezes_the_head_too points={"test_new_head": 0, "test_classify": 0}
def with_new_head(base, classes, features=288):
    class Frozen(nn.Module):
        def __init__(self):
            super().__init__()
            self.base = copy.deepcopy(base).requires_grad_(False).eval()

        def train(self, mode=True):
            return super().train(False)

        def forward(self, x):
            return self.base(x)

    return nn.Sequential(Frozen(), nn.Flatten(), nn.Linear(features, classes)).requires_grad_(False)


# %% does_not_copy points={"test_new_head": 6}
def with_new_head(base, classes, features=288):
    class Frozen(nn.Module):
        def __init__(self):
            super().__init__()
            self.base = base.requires_grad_(False).eval()

        def train(self, mode=True):
            return super().train(False)

        def forward(self, x):
            return self.base(x)

    return nn.Sequential(Frozen(), nn.Flatten(), nn.Linear(features, classes))


# %% keeps_the_old_number_of_classes points={"test_new_head": 2}
def with_new_head(base, classes, features=288):
    class Frozen(nn.Module):
        def __init__(self):
            super().__init__()
            self.base = copy.deepcopy(base).requires_grad_(False).eval()

        def train(self, mode=True):
            return super().train(False)

        def forward(self, x):
            return self.base(x)

    return nn.Sequential(Frozen(), nn.Flatten(), nn.Linear(features, 4))


# %% never_trains_again points={"test_frozen_statistics": 3}
# Its whole network stays in evaluation mode.
def with_new_head(base, classes, features=288):
    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.base = copy.deepcopy(base).requires_grad_(False)
            self.head = nn.Linear(features, classes)
            self.train()

        def train(self, mode=True):
            return super().train(False)

        def forward(self, x):
            return self.head(self.base(x).flatten(1))

    return Network()


# %% normalises_with_the_batch points={"test_frozen_statistics": 3}
# Statistics that do not move, and are not used either.
def with_new_head(base, classes, features=288):
    frozen = copy.deepcopy(base).requires_grad_(False)
    for part in frozen.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.momentum = 0.0
    return nn.Sequential(frozen, nn.Flatten(), nn.Linear(features, classes))


# %% second_solution points={}
# From the release alone: a network whose train() leaves its base out.
def with_new_head(base, classes, features=288):
    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.base = copy.deepcopy(base)
            for parameter in self.base.parameters():
                parameter.requires_grad = False
            self.head = nn.Sequential(nn.Flatten(), nn.Linear(features, classes))
            self.train()

        def train(self, mode=True):
            super().train(mode)
            self.base.eval()
            return self

        def forward(self, x):
            with torch.no_grad():
                maps = self.base(x)
            return self.head(maps)

    return Network()


# %% gives_batch_norm_no_choice points={}
# A batch norm with constants: four numbers a channel that nothing moves.
def with_new_head(base, classes, features=288):
    class Still(nn.BatchNorm2d):
        def train(self, mode=True):
            return super().train(False)

    frozen = copy.deepcopy(base).requires_grad_(False)
    for part in frozen.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.__class__ = Still
    network = nn.Sequential(frozen, nn.Flatten(), nn.LazyLinear(classes))
    network.train()
    network(torch.zeros(1, 1, 28, 28))
    return network


# %% goes_to_rest_before_each_call points={}
# Whatever `train` has done to it: a hook of the copy undoes that before it is used.
def with_new_head(base, classes, features=288):
    frozen = copy.deepcopy(base).requires_grad_(False)
    frozen.register_forward_pre_hook(lambda module, _: module.eval() and None)
    return nn.Sequential(frozen, nn.Flatten(), nn.Linear(features, classes))
