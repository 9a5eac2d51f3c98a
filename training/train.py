"""Trains the detector: every fold (families of heads left out) and seed at once, and resumes where it stopped.

    python train.py --data data/anatomies.npz --out runs/first --steps 30000
    python train.py --data data/anatomies.npz --out runs/first --minutes 9     # goes on; stops itself in time

Fold "none" leaves nothing out: these are the networks to ship. The others are for judging alone.
"""

import argparse
import json
import math
import time
from pathlib import Path

import numpy as np
import torch

from anatomies import Bank, read_heads
from checkpoint import Checkpoint
from network import UNets, parameter_count
from synthesis import HEIGHT, WIDTH, synthesise


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="data/anatomies.npz")
    parser.add_argument("--out", required=True, help="folder of checkpoints; one that is there is gone on with")
    parser.add_argument("--steps", type=int, default=30_000)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--folds", default="all", help='"all" (each family left out once), a number of groups, "none" (nothing left out), or what to leave out, by comma')
    parser.add_argument("--batch", type=int, default=16, help="crops a step")
    parser.add_argument("--crops", type=int, default=None, help="crops of each slab; 2 on a GPU, 4 on a CPU")
    parser.add_argument("--crop", type=int, default=64, help="pixels of a crop's side")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--keep", type=int, default=500, help="steps between checkpoints")
    parser.add_argument("--minutes", type=float, default=math.inf, help="stop, with a checkpoint, after this long")
    parser.add_argument("--half", action="store_true", help="convolutions in bfloat16")
    parser.add_argument("--threads", type=int, default=1, help="of a CPU; more bring little, and on a busy machine they wait for each other")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    return parser.parse_args()


def folds_of(choice: str, families: list[str], phantoms: set[str]) -> list[str | None]:
    """What each fold leaves out: families joined by "+", or None."""
    people = sorted(set(families) - phantoms)
    if choice == "all":
        return [None, *people]
    if choice.isdigit():
        return [None, *("+".join(people[n :: int(choice)]) for n in range(int(choice)))]
    chosen = choice.split(",")
    unknown = {family for fold in chosen for family in fold.split("+")} - set(families) - {"none"}
    if unknown:
        raise SystemExit(f"There is no family {', '.join(sorted(unknown))}; there are {', '.join(people)}.")
    return [None if fold == "none" else fold for fold in chosen]


def teaches(family: str, fold: str | None) -> bool:
    return fold is None or family not in fold.split("+")


def is_calibrated(head) -> bool:
    """A head whose healthy tissue the engine took for something else would teach nonsense."""
    middle = float(np.median(head.adc[head.tissue]))
    if 700 < middle < 1000:
        return True
    print(f"{head.id} is left out: its tissue has an ADC of {middle:.0f} after calibration", flush=True)
    return False


def crop(batch, per_slab: int, side: int, generator: torch.Generator):
    """Crops of each slab: every other one around an infarct, where there is one."""
    device = batch.label.device
    count = len(batch.label)
    which = torch.arange(count, device=device).repeat_interleave(per_slab)
    about = torch.where(
        ((torch.arange(len(which), device=device) % 2 == 0)[:, None] & (batch.label.flatten(1).sum(1) > 0)[which][:, None]),
        batch.label.flatten(1)[which],
        (batch.features[:, -1] > 0).float().flatten(1)[which] + 1e-6,
    )
    at = torch.multinomial(about, 1, generator=generator)[:, 0]
    jitter = torch.randint(-side // 4, side // 4 + 1, (2, len(which)), generator=generator, device=device)
    top = (at // WIDTH + jitter[0] - side // 2).clamp(0, HEIGHT - side)
    left = (at % WIDTH + jitter[1] - side // 2).clamp(0, WIDTH - side)
    rows = top[:, None, None] + torch.arange(side, device=device)[None, :, None]
    columns = left[:, None, None] + torch.arange(side, device=device)[None, None]
    pick = which[:, None, None]
    features = batch.features[pick, :, rows, columns].permute(0, 3, 1, 2)
    return features, batch.label[pick, rows, columns], batch.weight[pick, rows, columns], batch.head[which]


def losses(logits, label, weight, allowed):
    """One loss for each model over the crops that it may see: weighted cross-entropy and soft Dice."""
    label, weight = label[:, None], weight[:, None] * allowed[:, :, None, None]
    cross = torch.nn.functional.binary_cross_entropy_with_logits(logits, label.expand_as(logits), reduction="none")
    total = weight.sum((0, 2, 3)).clamp(min=1)
    cross = (cross * weight).sum((0, 2, 3)) / total
    counted = (weight > 0).float()
    p = torch.sigmoid(logits) * counted
    both = (p * label).sum((0, 2, 3))
    dice = 1 - (2 * both + 20) / (p.sum((0, 2, 3)) + (label * counted).sum((0, 2, 3)) + 20)
    return cross + 0.5 * dice


def main():
    options = arguments()
    device = torch.device(options.device)
    torch.set_num_threads(options.threads)
    torch.backends.cuda.matmul.allow_tf32 = True
    torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True
    heads = [head for head in read_heads(options.data) if is_calibrated(head)]
    phantoms = {head.family for head in heads if head.about["phantom"]}
    folds = folds_of(options.folds, [head.family for head in heads], phantoms)
    # What no network may see is not worth a step.
    heads = [head for head in heads if any(teaches(head.family, fold) for fold in folds)]
    bank = Bank(heads, device)
    models = [(fold, seed) for fold in folds for seed in range(options.seeds)]
    per_slab = options.crops or (2 if device.type == "cuda" else 4)
    # Which head may teach which model.
    may = torch.tensor([[teaches(family, fold) for fold, _ in models] for family in bank.families], device=device).float()

    networks = UNets([seed for _, seed in models]).to(device)
    optimiser = torch.optim.Adam(networks.parameters(), lr=options.rate, betas=(0.9, 0.99))
    average = {name: value.detach().clone() for name, value in networks.named_parameters()}
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    about = {"models": [[fold, seed] for fold, seed in models], "steps": options.steps, "batch": options.batch}
    generator = torch.Generator(device=device).manual_seed(1)
    checkpoint = Checkpoint(out / "checkpoint", about["models"], device)
    start = checkpoint.load(networks, average, optimiser)
    # A generator's state does not move from a GPU to a CPU: each sitting draws from a stream of its own.
    generator.manual_seed(1 + start)
    print(f"{len(heads)} heads, {len(models)} networks of {parameter_count()} parameters, step {start} of {options.steps}, {device}", flush=True)

    def keep(step):
        checkpoint.save(networks, average, optimiser, step)
        (out / "about.json").write_text(json.dumps({**about, "step": step, "losses": recent}) + "\n")

    began, recent, summed, since = time.monotonic(), [], None, 0
    for step in range(start, options.steps):
        warm = min(1, (step + 1) / 300)
        rate = options.rate * warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * step / options.steps)))
        for group in optimiser.param_groups:
            group["lr"] = rate
        with torch.no_grad():
            batch = synthesise(bank, math.ceil(options.batch / per_slab), generator)
            features, label, weight, head = crop(batch, per_slab, options.crop, generator)
            # Of what a model may see, each leaves out an eighth, so that seeds differ in more than their start.
            allowed = may[head] * (torch.rand(len(head), len(models), generator=generator, device=device) > 0.125)
        with torch.autocast(device.type, torch.bfloat16, enabled=options.half):
            logits = networks(features)
        loss = losses(logits.float(), label, weight, allowed)
        optimiser.zero_grad(set_to_none=True)
        loss.sum().backward()
        clip(networks)
        optimiser.step()
        decay = min(0.999, (1 + step) / (20 + step))
        with torch.no_grad():
            names, values = zip(*networks.named_parameters())
            torch._foreach_lerp_([average[name] for name in names], list(values), 1 - decay)
            summed = loss.detach() if summed is None else summed + loss.detach()
        since += 1
        done, late = step + 1 == options.steps, time.monotonic() - began > 60 * options.minutes
        if (step + 1) % options.keep == 0 or done or late:
            recent = [round(value, 4) for value in (summed / since).tolist()]
            pace = 1000 * (time.monotonic() - began) / (step + 1 - start)
            print(f"step {step + 1}: loss {sum(recent) / len(recent):.4f}, {pace:.0f} ms a step", flush=True)
            keep(step + 1)
            summed, since = None, 0
            if late and not done:
                print("stopped in time; run again to go on", flush=True)
                return


def clip(networks: UNets, most: float = 1.0):
    """Each model's gradient by itself: one that is thrown off must not slow the others."""
    gradients = [p.grad.nan_to_num_(0, 0, 0) for p in networks.parameters()]
    length = torch.stack([g.flatten(1).pow(2).sum(1) for g in gradients]).sum(0).sqrt()
    factor = most / length.clamp(min=most)
    for g in gradients:
        g.mul_(factor.view(-1, *[1] * (g.dim() - 1)))


if __name__ == "__main__":
    main()
