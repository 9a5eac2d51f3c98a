"""Infarcts and what resembles them, pasted into slabs of heads: whole batches at a time, on any device.

The same physics as packages/stress/src/synthesis.ts: ADC falls to 36-92 % of the tissue's own, ln DWI rises by
b * dADC and by a T2 effect of 0.9-2.4, the rim is soft, the label is where the effect exceeds 35 % of its peak. The
shapes differ: there a heap grows voxel by voxel, here the arrival times of the same growth (first-passage percolation
through tissue) are found for all voxels at once, by repeated minima over neighbours.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from anatomies import Bank
from features import features_of, pool_2d

HEIGHT, WIDTH = 104, 88  # pixels of 2 mm: holds every brain, also turned
DEPTH = 11  # slices of the head in a slab: three of up to three averaged ones, and one more on each side
TRUTH = 0.35
SEEDS = 12
FAR = 1e4


@dataclass
class Batch:
    features: torch.Tensor  # [B, 13, H, W]
    label: torch.Tensor  # [B, H, W], 0 or 1
    weight: torch.Tensor  # [B, H, W]: what a voxel counts in the loss
    head: torch.Tensor  # [B], index into the bank


def uniform(shape, low, high, generator, device):
    return low + (high - low) * torch.rand(shape, generator=generator, device=device)


def smooth_field(batch, depth, coarse, generator, device):
    """Random fields [B, D, H, W] that vary over about WIDTH / coarse pixels; deviation about 1."""
    grid = (max(2, depth // 4), coarse + 1, coarse)
    low = torch.randn((batch, 1, *grid), generator=generator, device=device)
    field = F.interpolate(low, size=(depth, HEIGHT, WIDTH), mode="trilinear", align_corners=True)[:, 0]
    return 1.5 * field


def draw_slabs(bank: Bank, count: int, generator: torch.Generator, augment: bool):
    """Deformed copies of slabs: maps [B, D, 6, H, W], the head of each, its middle slice, and its deformation."""
    device = bank.volumes.device
    head = torch.multinomial(bank.weights, count, replacement=True, generator=generator)
    middle = torch.multinomial(bank.area[head], 1, generator=generator)[:, 0]
    z = middle[:, None] + torch.arange(DEPTH, device=device) - DEPTH // 2
    z = torch.minimum(z.clamp(min=0), bank.slices[head][:, None] - 1)
    slabs = bank.volumes[head[:, None], z].float()
    # Turned, stretched, mirrored and bent: pixel of the slab (about its middle) = linear * pixel of the copy + bend.
    angle = uniform((count,), -0.26, 0.26, generator, device) * augment
    scale = torch.exp(uniform((count, 2), -0.14, 0.14, generator, device) * augment)
    flip = torch.where(torch.rand(count, generator=generator, device=device) < 0.5 * augment, -1.0, 1.0)
    cos, sin = torch.cos(angle), torch.sin(angle)
    linear = torch.stack(
        [torch.stack([cos * flip * scale[:, 0], -sin * scale[:, 1]], -1),
         torch.stack([sin * flip * scale[:, 0], cos * scale[:, 1]], -1)], 1)
    y, x = torch.meshgrid(torch.arange(HEIGHT, device=device) - (HEIGHT - 1) / 2,
                          torch.arange(WIDTH, device=device) - (WIDTH - 1) / 2, indexing="ij")
    here = torch.stack([x, y], -1)
    bend = torch.stack([smooth_field(count, 4, 5, generator, device)[:, 0] for _ in range(2)], -1)
    source = torch.einsum("bij,hwj->bhwi", linear, here) + augment * 0.8 * bend
    size = torch.tensor([slabs.shape[-1], slabs.shape[-2]], device=device)
    grid = (2 * source) / size
    warped = F.grid_sample(slabs.flatten(1, 2), grid, mode="bilinear", align_corners=False)
    maps = warped.view(count, DEPTH, 6, HEIGHT, WIDTH)
    return maps, head, z, linear


def arrival(cost, slice_mm, allowed, start, radius, steps):
    """Arrival times less radius, [B, D, H, W] in mm: negative within the heap. `start` are flat indices [B, S]."""
    count = cost.shape[0]
    time = torch.full_like(cost, FAR).flatten(1)
    time.scatter_reduce_(1, start, -radius, "amin")
    time = time.view_as(cost)
    blocked = torch.where(allowed, 0.0, FAR)
    in_plane, through = 2 * cost + blocked, slice_mm[:, None, None, None] * cost + blocked
    for _ in range(steps):
        beside = lowest_beside(lowest_beside(time, 3), 2) + in_plane
        up = torch.cat([time[:, 1:], torch.full_like(time[:, :1], FAR)], 1)
        down = torch.cat([torch.full_like(time[:, :1], FAR), time[:, :-1]], 1)
        time = torch.minimum(torch.minimum(time, beside), torch.minimum(up, down) + through)
    return time.view(count, *cost.shape[1:])


def lowest_beside(field, axis):
    """Minimum over each voxel and its two neighbours along an axis: five times as fast on a CPU as pooling."""
    size = field.shape[axis]
    out = field.clone()
    after, before = out.narrow(axis, 1, size - 1), out.narrow(axis, 0, size - 1)
    torch.minimum(after, field.narrow(axis, 0, size - 1), out=after)
    torch.minimum(before, field.narrow(axis, 1, size - 1), out=before)
    return out


def heaps(allowed, prefer, slice_mm, ml, generator, steps):
    """Soft shares [B, D, H, W] of heaps of the given volumes [B, S] (0: none), grown from voxels of `prefer`."""
    device = allowed.device
    count, seeds = ml.shape
    noise = torch.rand(prefer.shape, generator=generator, device=device)
    start = torch.topk((noise * prefer).flatten(1), seeds, 1).indices
    radius = torch.where(ml > 0, torch.pow(ml * 1000 * 3 / (4 * math.pi), 1 / 3), -FAR)
    lobes = smooth_field(count, DEPTH, 11, generator, device)
    # 1.2: the fastest of many random ways is faster than the mean one.
    cost = 1.2 * (0.55 + 0.9 * torch.rand(prefer.shape, generator=generator, device=device)) * torch.exp(-0.4 * lobes)
    time = arrival(cost, slice_mm, allowed, start, radius, steps)
    rim = uniform((count, 1, 1, 1), 0.35, 1.1, generator, device)
    share = torch.sigmoid(-time / rim) * allowed
    peak = share.flatten(1).amax(1).clamp(min=0.25)[:, None, None, None]
    return share / peak


def draw_volumes(count, generator, device):
    """Volumes in mL, [B, SEEDS]: none, a few emboli, some of 1-10 mL, or one large infarct."""
    kind = torch.rand((count, 1), generator=generator, device=device)
    slot = torch.arange(SEEDS, device=device)[None]
    emboli = 0.12 * torch.exp(0.9 * torch.randn((count, SEEDS), generator=generator, device=device))
    how_many = 1 + (7 * torch.rand((count, 1), generator=generator, device=device) ** 2).floor()
    ml = emboli.clamp(0.03, 1.5) * (slot < how_many)
    some = torch.exp(uniform((count, SEEDS), 0, math.log(10), generator, device)) * (slot < 2)
    large = torch.exp(uniform((count, SEEDS), math.log(10), math.log(120), generator, device)) * (slot < 1)
    ml = torch.where(kind < 0.62, ml, torch.where(kind < 0.76, some, large))
    return torch.where(kind < 0.88, ml, torch.zeros_like(ml))


def synthesise(bank: Bank, count: int, generator: torch.Generator, augment: bool = True, steps: int = 20) -> Batch:
    """A batch of slices with their labels. `steps` bounds how far (in voxels) a heap can grow."""
    device = bank.volumes.device
    maps, head, z, linear = draw_slabs(bank, count, generator, augment)
    log, adc, mirrored_log, mirrored_adc = maps[:, :, 0], 1000 * maps[:, :, 1], maps[:, :, 2], 1000 * maps[:, :, 3]
    brain, tissue = maps[:, :, 4] > 0.5, maps[:, :, 5] > 0.5
    slice_mm, log_per_adc = bank.slice_mm[head], bank.log_per_adc[head]
    each = lambda low, high: uniform((count, 1, 1, 1), low, high, generator, device)

    # Infarcts start in the middle slices: others would not be seen.
    near = torch.zeros(DEPTH, device=device)
    near[DEPTH // 2 - 2 : DEPTH // 2 + 3] = 1
    share = heaps(tissue, tissue * near[None, :, None, None], slice_mm, draw_volumes(count, generator, device), generator, steps)
    uneven = smooth_field(count, DEPTH, 6, generator, device)
    # Neighbouring infarcts differ: the effect varies across the slab.
    adc_share = (each(0.36, 0.92) + 0.06 * uneven).clamp(0.3, 0.95)
    t2 = torch.log(each(0.9, 2.4)) + 0.06 * smooth_field(count, DEPTH, 6, generator, device)
    soft_adc = adc.clamp(400, 1600)
    fall = share * (1 - adc_share) * soft_adc
    rise = log_per_adc[:, None, None, None] * fall + share * t2
    # What would not be visible is no infarct to ask for; it is left in, and its voxels do not count.
    visible = (log_per_adc[:, None, None, None] * (1 - adc_share) * 820 + t2) > math.log(1.25)

    # Old lesions that shine through, cavities, and signal piled up at the edge of the brain.
    def some(low, high, chance):
        there = torch.rand((count, 2), generator=generator, device=device) < chance
        return uniform((count, 2), low, high, generator, device) * there

    old = heaps(tissue, tissue * near[None, :, None, None], slice_mm, some(0.3, 5, 0.2), generator, 8)
    cavity = heaps(tissue, tissue * near[None, :, None, None], slice_mm, some(0.3, 4, 0.12), generator, 8)
    inner = -F.max_pool2d(-brain.float().flatten(0, 1)[:, None], 5, 1, 2)[:, 0].view_as(log)
    edge = brain * (inner < 0.5) * near[None, :, None, None]
    piled = heaps(brain, edge, slice_mm, some(0.1, 3, 0.25), generator, 6)
    old_adc, cavity_adc = each(1.15, 1.7), each(2.2, 3.2)
    old_t2, cavity_t2, piled_t2 = each(1.4, 2.4).log(), each(1.2, 2).log(), each(1.4, 2.6).log()
    piled_adc = each(0.9, 1.1)
    aside = 1 - share
    raised = aside * soft_adc * (old * (old_adc - 1) + cavity * (cavity_adc - 1) + piled * (piled_adc - 1))
    fall = fall - raised
    rise = rise + aside * (old * old_t2 + cavity * cavity_t2 + piled * piled_t2) - log_per_adc[:, None, None, None] * raised

    # Noise of b0 and DWI, which the ADC shares; then shading and calibration that were not wholly removed.
    level = each(0, 1) ** 2 * 0.14 * augment
    blur = lambda field: F.avg_pool2d(F.pad(field.flatten(0, 1)[:, None], (1, 1, 1, 1), mode="replicate"), 3, 1)[:, 0].view_as(log)
    noise = [2.2 * blur(torch.randn(log.shape, generator=generator, device=device)) for _ in range(2)]
    rise = rise + level * noise[0] + augment * 0.05 * smooth_field(count, DEPTH, 3, generator, device)
    per_log = 1 / log_per_adc[:, None, None, None]
    fall = fall - level * per_log * (noise[1] - noise[0])
    calibration = torch.exp(augment * 0.05 * torch.randn((count, 1, 1, 1), generator=generator, device=device))

    # The mirrored maps see what was pasted on the other side, and the noise that a maximum picks up.
    mirror_rise, mirror_fall = (mirrored(pool_2d(change * brain, 5), bank, head, z, linear) for change in (rise, fall))
    mirrored_log = mirrored_log + mirror_rise
    mirrored_adc = (mirrored_adc - mirror_fall) * calibration
    log = log + rise
    adc = (adc - fall) * calibration

    # Slices of up to 6.5 mm: one, or the mean of two or three.
    most = (6.5 / slice_mm).floor().clamp(1, 3)
    merged = 1 + (torch.rand(count, generator=generator, device=device) * most * augment).floor().clamp(max=2)
    merged = torch.minimum(merged, most)
    weights = merging(merged, device)
    merge = lambda field: torch.einsum("bsd,bdhw->bshw", weights, field)
    inside = merge(brain.float()) > 0.5
    log, adc, mirrored_log, mirrored_adc = (merge(field) for field in (log, adc, mirrored_log, mirrored_adc))
    share = merge(share)[:, 1]
    visible = merge(visible.float())[:, 1] > 0.5
    features = features_of(log, adc, mirrored_log, mirrored_adc, inside, merged * slice_mm)
    label = ((share > TRUTH) & inside[:, 1]).float()
    # The rim is neither; small infarcts count by their number, not by their voxels alone.
    rim = (share > 0.12) & (share <= TRUTH)
    crowd = label.flatten(1).sum(1).clamp(min=1)[:, None, None]
    weight = torch.where(label > 0, (24 / crowd.sqrt()).clamp(1.5, 12), torch.ones_like(label))
    weight = weight * inside[:, 1] * ~rim * ~((label > 0) & ~visible)
    return Batch(features, label, weight, head)


def merging(merged, device):
    """Weights [B, 3, D] that average `merged` slices each into the slice below, the middle one and the one above."""
    at = torch.arange(DEPTH, device=device)[None, None] - DEPTH // 2
    low = ((torch.arange(3, device=device) - 1)[None, :, None] - 0.5) * merged[:, None, None]
    # Of even numbers the middle lies between two slices.
    shift = torch.where(merged == 2, 0.5, 0.0)[:, None, None]
    weights = (torch.minimum(at + 0.5, low + merged[:, None, None] + shift) - torch.maximum(at - 0.5, low + shift)).clamp(min=0)
    return weights / weights.sum(-1, keepdim=True)


def mirrored(field, bank, head, z, linear):
    """What lies on the other side of the mid-plane of each slice, in the deformed copy's own pixels."""
    count, device = len(head), field.device
    size = torch.tensor([bank.volumes.shape[-1], bank.volumes.shape[-2]], device=device)
    middle = (size - 1) / 2
    y, x = torch.meshgrid(torch.arange(HEIGHT, device=device) - (HEIGHT - 1) / 2,
                          torch.arange(WIDTH, device=device) - (WIDTH - 1) / 2, indexing="ij")
    here = torch.einsum("bij,hwj->bhwi", linear, torch.stack([x, y], -1))
    normal = bank.normal[head]
    offset = bank.offset[head] - bank.offset_per_slice[head] * z[:, DEPTH // 2]
    beside = torch.einsum("bhwi,bi->bhw", here + middle, normal) - offset[:, None, None]
    there = here - 2 * beside[..., None] * normal[:, None, None]
    back = torch.einsum("bij,bhwj->bhwi", torch.linalg.inv(linear), there)
    grid = 2 * back / torch.tensor([WIDTH, HEIGHT], device=device)
    return F.grid_sample(field, grid, mode="nearest", align_corners=False).view(count, DEPTH, HEIGHT, WIDTH)
