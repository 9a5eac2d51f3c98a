"""Writes one trained network's averaged weights for the engine, and a model card with what is known of them.

    python weights.py --run runs/first --seed 0 --out ../packages/engines/src/diffusion/detector

detector.bin holds 32-bit floats, little-endian, layer by layer in the order of network.LAYERS: the weights as
[out][in][row][column], then the biases. They are rounded to 16-bit floats first: what is judged is what ships.
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import torch

from checkpoint import read_average
from network import LAYERS, parameter_count


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    models, average = read_average(Path(options.run) / "checkpoint", torch.device("cpu"))
    if [None, options.seed] not in models:
        raise SystemExit(f"No network of seed {options.seed} was trained with nothing left out; there are {models}.")
    at = models.index([None, options.seed])
    parts = []
    for name, _, _ in LAYERS:
        for kind in ("weight", "bias"):
            parts.append(average[f"{name}_{kind}"][at].numpy().astype(np.float16).astype("<f4").ravel())
    data = np.concatenate(parts)
    assert len(data) == parameter_count()
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    (out / "detector.bin").write_bytes(data.tobytes())
    card = {
        "parameters": len(data),
        "layers": [{"name": name, "in": inward, "out": outward} for name, inward, outward in LAYERS],
        "sha256": hashlib.sha256(data.tobytes()).hexdigest(),
        "seed": options.seed,
        "steps": json.loads((Path(options.run) / "checkpoint" / "state.json").read_text())["step"],
    }
    (out / "detector.json").write_text(json.dumps(card, indent=2) + "\n")
    print(f"{out / 'detector.bin'}: {data.nbytes} bytes, {card['sha256']}")


if __name__ == "__main__":
    main()
