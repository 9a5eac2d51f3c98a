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

    def layer(self, name: str, x: torch.Tensor, shared: bool = False) -> torch.Tensor:
        weight, bias = getattr(self, f"{name}_weight"), getattr(self, f"{name}_bias")
        groups = 1 if shared else self.models
        y = F.conv2d(x, weight.flatten(0, 1), bias.flatten(), padding=weight.shape[-1] // 2, groups=groups)
        return y if name == "out" else F.relu(y)

    def join(self, one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        """Both behind one another within each model."""
        split = lambda x: x.view(x.shape[0], self.models, -1, *x.shape[2:])
        return torch.cat([split(one), split(other)], 2).flatten(1, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Channels [B, 13, H, W], H and W multiples of 4: logits [B, models, H, W]. All models see the same slices."""
        one = self.layer("down1b", self.layer("down1a", x, shared=True))
        two = self.layer("down2b", self.layer("down2a", F.max_pool2d(one, 2)))
        three = self.layer("down3b", self.layer("down3a", F.max_pool2d(two, 2)))
        up = self.join(F.interpolate(three, scale_factor=2, mode="nearest"), two)
        up = self.layer("up2b", self.layer("up2a", up))
        up = self.join(F.interpolate(up, scale_factor=2, mode="nearest"), one)
        return self.layer("out", self.layer("up1a", up))


def parameter_count() -> int:
    return sum(outward * (inward * (1 if name == "out" else 9) + 1) for name, inward, outward in LAYERS)
