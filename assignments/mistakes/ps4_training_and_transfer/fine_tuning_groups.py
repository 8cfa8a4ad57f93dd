# Wrong and unusual answers to the exercise `fine_tuning_groups`.


# %% takes_all_for_none points={"test_fine_tuning_groups": 9}
# stages[-0:] is the whole list.
def fine_tuning_groups(network, unfrozen, rate, head_rate):
    *stages, head = network.children()
    network.requires_grad_(False)
    head.requires_grad_(True)
    groups = [{"params": list(head.parameters()), "lr": head_rate}]
    moving = stages[-unfrozen:]
    for part in moving:
        part.requires_grad_(True)
    if moving:
        slow = [parameter for part in moving for parameter in part.parameters()]
        groups.append({"params": slow, "lr": rate})
    return network, groups


# %% counts_from_the_front points={"test_fine_tuning_groups": 0}
def fine_tuning_groups(network, unfrozen, rate, head_rate):
    *stages, head = network.children()
    network.requires_grad_(False)
    head.requires_grad_(True)
    groups = [{"params": list(head.parameters()), "lr": head_rate}]
    moving = stages[:unfrozen]
    for part in moving:
        part.requires_grad_(True)
    if moving:
        slow = [parameter for part in moving for parameter in part.parameters()]
        groups.append({"params": slow, "lr": rate})
    return network, groups


# %% swaps_the_rates points={"test_fine_tuning_groups": 0}
def fine_tuning_groups(network, unfrozen, rate, head_rate):
    *stages, head = network.children()
    network.requires_grad_(False)
    head.requires_grad_(True)
    groups = [{"params": list(head.parameters()), "lr": rate}]
    moving = stages[len(stages) - unfrozen :]
    for part in moving:
        part.requires_grad_(True)
    if moving:
        slow = [parameter for part in moving for parameter in part.parameters()]
        groups.append({"params": slow, "lr": head_rate})
    return network, groups


# %% thaws_everything points={"test_fine_tuning_groups": 0}
def fine_tuning_groups(network, unfrozen, rate, head_rate):
    *stages, head = network.children()
    network.requires_grad_(True)
    head.requires_grad_(True)
    groups = [{"params": list(head.parameters()), "lr": head_rate}]
    moving = stages
    for part in moving:
        part.requires_grad_(True)
    if moving:
        slow = [parameter for part in moving for parameter in part.parameters()]
        groups.append({"params": slow, "lr": rate})
    return network, groups


# %% leaves_the_stages_frozen points={"test_fine_tuning_groups": 0}
# They are in a group, and never move.
def fine_tuning_groups(network, unfrozen, rate, head_rate):
    *stages, head = network.children()
    network.requires_grad_(False)
    head.requires_grad_(True)
    groups = [{"params": list(head.parameters()), "lr": head_rate}]
    moving = stages[len(stages) - unfrozen :]
    if moving:
        slow = [parameter for part in moving for parameter in part.parameters()]
        groups.append({"params": slow, "lr": rate})
    return network, groups


# %% never_freezes_again points={"test_fine_tuning_groups": 10}
def fine_tuning_groups(network, unfrozen, rate, head_rate):
    *stages, head = network.children()
    head.requires_grad_(True)
    groups = [{"params": list(head.parameters()), "lr": head_rate}]
    moving = stages[len(stages) - unfrozen :]
    for part in moving:
        part.requires_grad_(True)
    if moving:
        slow = [parameter for part in moving for parameter in part.parameters()]
        groups.append({"params": slow, "lr": rate})
    return network, groups


# %% forgets_the_head points={"test_fine_tuning_groups": 0}
def fine_tuning_groups(network, unfrozen, rate, head_rate):
    *stages, head = network.children()
    network.requires_grad_(False)
    head.requires_grad_(True)
    groups = []
    moving = stages[len(stages) - unfrozen :]
    for part in moving:
        part.requires_grad_(True)
    if moving:
        slow = [parameter for part in moving for parameter in part.parameters()]
        groups.append({"params": slow, "lr": rate})
    return network, groups


# %% adds_an_empty_group points={}
# PyTorch takes it, but the group trains nothing.
def fine_tuning_groups(network, unfrozen, rate, head_rate):
    *stages, head = network.children()
    network.requires_grad_(False)
    head.requires_grad_(True)
    groups = [{"params": list(head.parameters()), "lr": head_rate}]
    moving = stages[len(stages) - unfrozen :]
    for part in moving:
        part.requires_grad_(True)
    if True:
        slow = [parameter for part in moving for parameter in part.parameters()]
        groups.append({"params": slow, "lr": rate})
    return network, groups


# %% second_solution points={}
# From the release alone: from the end to the front, a generator in the second group.
def fine_tuning_groups(network, unfrozen, rate, head_rate):
    parts = list(network.children())
    for number, part in enumerate(reversed(parts)):
        for parameter in part.parameters():
            parameter.requires_grad = number <= unfrozen
    groups = [{"params": parts[-1].parameters(), "lr": head_rate}]
    if unfrozen:
        chosen = parts[-1 - unfrozen : -1]
        groups.append({"params": (p for part in chosen for p in part.parameters()), "lr": rate})
    return network, groups


# %% makes_sequences points={}
def fine_tuning_groups(network, unfrozen, rate, head_rate):
    cut = len(network) - 1 - unfrozen
    network[:cut].requires_grad_(False), network[cut:].requires_grad_(True)
    slow = tuple(network[cut:-1].parameters())
    groups = [dict(params=slow, lr=rate)] * bool(slow)
    return network, (*groups, {"params": set(network[-1].parameters()), "lr": head_rate})


# %% gives_each_stage_a_group points={}
def fine_tuning_groups(network, unfrozen, rate, head_rate):
    *stages, head = network.children()
    groups = []
    for number, part in enumerate(stages):
        moves = number >= len(stages) - unfrozen
        part.requires_grad_(moves)
        if moves:
            groups.append({"params": list(part.parameters()), "lr": rate})
    head.requires_grad_(True)
    return network, [*groups, {"params": head.parameters(), "lr": head_rate}]
