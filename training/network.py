"""A small U-Net, many at a time: all folds and seeds train side by side in one set of grouped convolutions.

No normalisation layers: the network is convolutions and ReLUs alone, so that typed arrays can compute it in a fixed
order, bit for bit the same everywhere.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn

from features import CHANNELS

WIDTHS = (16, 32, 48)
# name, channels in, channels out
LAYERS = (
    ("down1a", CHANNELS, WIDTHS[0]),
    ("down1b", WIDTHS[0], WIDTHS[0]),
    ("down2a", WIDTHS[0], WIDTHS[1]),
    ("down2b", WIDTHS[1], WIDTHS[1]),
    ("down3a", WIDTHS[1], WIDTHS[2]),
    ("down3b", WIDTHS[2], WIDTHS[2]),
    ("up2a", WIDTHS[2] + WIDTHS[1], WIDTHS[1]),
    ("up2b", WIDTHS[1], WIDTHS[1]),
    ("up1a", WIDTHS[1] + WIDTHS[0], WIDTHS[0]),
    ("out", WIDTHS[0], 1),
)


class UNets(nn.Module):
    """`models` networks; each has its own start, by its own seed."""

    def __init__(self, seeds: list[int]):
        super().__init__()
        self.models = len(seeds)
        for name, inward, outward in LAYERS:
            side = 1 if name == "out" else 3
            weights = []
            for seed in seeds:
                generator = torch.Generator().manual_seed(1000 * seed + 17 * inward + outward)
                spread = math.sqrt(2 / (inward * side * side)) if name != "out" else 0.01
                weights.append(torch.randn((outward, inward, side, side), generator=generator) * spread)
            self.register_parameter(f"{name}_weight", nn.Parameter(torch.stack(weights)))
            bias = torch.full((self.models, outward), -4.0 if name == "out" else 0.0)
            self.register_parameter(f"{name}_bias", nn.Parameter(bias))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Channels [B, 13, H, W], H and W multiples of 4: logits [B, models, H, W]. All models see the same slices."""
        if x.device.type == "cuda":
            return self.run(x.contiguous(), 0, self.models)
        # In bfloat16 a CPU is about twice as fast with one network at a time, channels last, as with grouped convolutions.
        x = x.contiguous(memory_format=torch.channels_last)
        return torch.cat([self.run(x, model, 1) for model in range(self.models)], 1)

    def run(self, x: torch.Tensor, first: int, count: int) -> torch.Tensor:
        """`count` networks from the one numbered `first`, side by side."""
        def layer(name: str, x: torch.Tensor, shared: bool = False) -> torch.Tensor:
            weight, bias = (getattr(self, f"{name}_{kind}")[first : first + count] for kind in ("weight", "bias"))
            groups = 1 if shared else count
            y = F.conv2d(x, weight.flatten(0, 1), bias.flatten(), padding=weight.shape[-1] // 2, groups=groups)
            return y if name == "out" else F.relu(y, inplace=True)

        one = layer("down1b", layer("down1a", x, shared=True))
        two = layer("down2b", layer("down2a", F.max_pool2d(one, 2)))
        three = layer("down3b", layer("down3a", F.max_pool2d(two, 2)))
        up = layer("up2b", layer("up2a", join(twice(three), two, count)))
        return layer("out", layer("up1a", join(twice(up), one, count)))


def twice(x: torch.Tensor) -> torch.Tensor:
    return F.interpolate(x, scale_factor=2, mode="nearest")


def join(one: torch.Tensor, other: torch.Tensor, models: int) -> torch.Tensor:
    """Both behind one another within each of the models."""
    if models == 1:
        return torch.cat([one, other], 1)
    split = lambda x: x.view(x.shape[0], models, -1, *x.shape[2:])
    return torch.cat([split(one), split(other)], 2).flatten(1, 2)


def parameter_count() -> int:
    return sum(outward * (inward * (1 if name == "out" else 9) + 1) for name, inward, outward in LAYERS)
