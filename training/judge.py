"""What the trained networks find in trials.npz: whole volumes that went through the engine with infarcts in them.

    python judge.py --data data/trials.npz --run runs/first [--json runs/first/judged.json]

Every fold is judged on the families that it never saw. Patients, whose heads nothing was trained on, are judged by the
networks that saw everything else, or, where there are none, by those of the first fold. "Either" is what the network
or the engine's rules find: no way to join the two can find more. An infarct is found when a tenth of it lies in what is
marked, or its most certain voxel does; marks further than 3 mm from every infarct are false. Pieces below 0.02 mL do
not count.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from scipy import ndimage

from anatomies import Head, read_heads
from checkpoint import read_average
from features import features_of_head
from network import UNets

THRESHOLDS = (0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9)
SIZES = (0.05, 0.1, 0.3, 1, 3)
# What a detector is for.
SMALL = (0.05, 0.1, 0.3)


def load(run: Path, device) -> tuple[UNets, list]:
    models, weights = read_average(run / "checkpoint", device)
    networks = UNets([0] * len(models)).to(device)
    networks.load_state_dict(weights)
    return networks.eval(), models


@torch.no_grad()
def probabilities(networks: UNets, head: Head, device) -> np.ndarray:
    """[models, Z, Y, X]"""
    depth, height, width = head.log.shape
    parts = [torch.sigmoid(networks(part.to(device))).half().cpu() for part in features_of_head(head).split(8)]
    return torch.cat(parts).permute(1, 0, 2, 3)[:, :, :height, :width].float().numpy() * head.brain


def near(mask: np.ndarray, head: Head, mm: float) -> np.ndarray:
    if not mask.any():
        return mask
    return ndimage.distance_transform_edt(~mask, sampling=(head.about["sliceMm"], 2, 2)) <= mm


def judge(probability: np.ndarray, head: Head, threshold: float) -> dict:
    marked = probability > threshold
    pieces, count = ndimage.label(marked, np.ones((3, 3, 3)))
    if count:
        sizes = np.bincount(pieces.ravel()) * head.voxel_ml
        marked &= sizes[pieces] >= 0.02
    truth = (head.lesions > 0) | head.known
    found, asked, rules, either = 0, 0, 0, 0
    by_rules = set(head.about.get("foundByRules", []))
    for label in range(1, int(head.lesions.max()) + 1):
        lesion = head.lesions == label
        if not lesion.any():
            continue
        asked += 1
        surest = np.argmax(np.where(lesion, probability, -1))
        here = bool(marked[lesion].mean() >= 0.1 or marked.flat[surest])
        found += here
        rules += label in by_rules
        either += here or label in by_rules
    result = {"asked": asked, "found": found, "rules": rules, "either": either, "falseMl": float((marked & ~near(truth, head, 3)).sum() * head.voxel_ml)}
    if head.about["kind"] == "patient":
        real, there = ndimage.label(head.known, np.ones((3, 3, 3)))
        made, pieces_left = ndimage.label(marked, np.ones((3, 3, 3)))
        hit = len(set(np.unique(real[marked])) - {0})
        false = pieces_left - len(set(np.unique(made[head.known])) - {0})
        both = (marked & head.known).sum()
        result |= {
            "dice": float(2 * both / max(1, marked.sum() + head.known.sum())),
            "lesionF1": 2 * hit / max(1, 2 * hit + (there - hit) + false),
            "expertLesions": there,
            "expertFound": hit,
        }
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="data/trials.npz")
    parser.add_argument("--run", required=True)
    parser.add_argument("--json")
    parser.add_argument("--only", help="families or patients, by comma")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args()
    device = torch.device(options.device)
    networks, models = load(Path(options.run), device)
    folds = {family: fold for fold, _ in models if fold for family in fold.split("+")}
    for_patients = None if any(fold is None for fold, _ in models) else models[0][0]
    rows = []
    for head in read_heads(options.data):
        if options.only and not {head.family, head.about["head"]} & set(options.only.split(",")):
            continue
        # Who may be asked about this head: those who never saw it.
        patient = head.about["kind"] == "patient"
        fold = for_patients if patient else folds.get(head.family)
        if fold is None and not patient:
            continue
        probability = probabilities(networks, head, device)
        for at, (left_out, seed) in enumerate(models):
            if left_out != fold:
                continue
            for threshold in THRESHOLDS:
                about = {"head": head.about["head"], "kind": head.about["kind"], "ml": head.about.get("ml")}
                rows.append({**about, "seed": seed, "threshold": threshold, **judge(probability[at], head, threshold)})
        print(f"judged {head.id}", flush=True)
    for seed in sorted({row["seed"] for row in rows}):
        print(f"\nseed {seed}")
        print("threshold  " + "  ".join(f"{ml} mL".rjust(10) for ml in SIZES) + "   false mL/healthy head (worst)   0.05–0.3 mL")
        for threshold in THRESHOLDS:
            of = [row for row in rows if row["seed"] == seed and row["threshold"] == threshold]
            cells = []
            for ml in SIZES:
                here = [row for row in of if row["ml"] == ml]
                cells.append(f"{sum(r['found'] for r in here)}/{sum(r['asked'] for r in here)}".rjust(10))
            false = [row["falseMl"] for row in of if row["kind"] == "healthy"]
            tail = f"{np.mean(false):.2f} ({max(false):.2f})" if false else "-"
            small = [row for row in of if row["ml"] in SMALL]
            total = {key: sum(row[key] for row in small) for key in ("found", "rules", "either", "asked")}
            tail += "   {found}, rules {rules}, either {either} of {asked}".format(**total)
            print(f"{threshold:9}  " + "  ".join(cells) + f"   {tail}")
            for row in of:
                if row["kind"] == "patient":
                    print(f"           {row['head']}: Dice {row['dice']:.3f}, lesion F1 {row['lesionF1']:.3f}, "
                          f"{row['expertFound']} of {row['expertLesions']} found, false {row['falseMl']:.2f} mL")
    if options.json:
        Path(options.json).write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
