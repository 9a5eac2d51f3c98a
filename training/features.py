"""The thirteen channels that the detector sees, the same in training, in trials and in a run.

For the slice itself: ln DWI over its background, ADC, both mirrored, and the difference of ln DWI to the mirrored
side; for the slices below and above: ln DWI, ADC and that difference; the slices' thickness; the brain.
"""

import numpy as np
import torch
import torch.nn.functional as F

CHANNELS = 13


def scaled_log(log):
    return (log / 0.3).clamp(-4, 6)


def scaled_adc(adc):
    return ((adc - 820) / 250).clamp(-4, 6)


def features_of(log, adc, mirrored_log, mirrored_adc, inside, slice_mm):
    """Maps [B, 3, H, W] of the slices below, here and above, and the thickness [B] in mm: [B, 13, H, W]."""
    aside = scaled_log(log - mirrored_log)
    log, adc = scaled_log(log), scaled_adc(adc)
    thickness = ((slice_mm - 3) / 2)[:, None, None].expand_as(log[:, 1])
    channels = [log[:, 1], adc[:, 1], scaled_log(mirrored_log)[:, 1], scaled_adc(mirrored_adc)[:, 1], aside[:, 1]]
    for beside in (0, 2):
        # Beyond the first and the last slice, and beyond the brain, there is nothing to see.
        channels += [field[:, beside] * inside[:, beside] for field in (log, adc, aside)]
    channels += [thickness, torch.ones_like(thickness)]
    return torch.stack(channels, 1) * inside[:, 1:2]


def features_of_head(head) -> torch.Tensor:
    """Every slice of a head: [Z, 13, H, W], padded to multiples of 4."""
    depth, height, width = head.log.shape
    beside = np.stack([np.arange(depth) - 1, np.arange(depth), np.arange(depth) + 1], 1)
    there = (beside >= 0) & (beside < depth)
    at = beside.clip(0, depth - 1)
    maps = [torch.from_numpy(field[at]) for field in (head.log, head.adc, head.mirrored_log, head.mirrored_adc)]
    inside = torch.from_numpy(head.brain[at] & there[:, :, None, None])
    features = features_of(*maps, inside, torch.full((depth,), head.about["sliceMm"]))
    return F.pad(features, (0, -width % 4, 0, -height % 4))


def pool_2d(field, size):
    """Maximum over size x size pixels of every slice of [B, D, H, W]."""
    return F.max_pool2d(field.flatten(0, 1)[:, None], size, 1, size // 2)[:, 0].view_as(field)
