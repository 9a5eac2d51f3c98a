"""Where training stands, on disk: a folder of small files, whole or not at all."""

import json
import shutil
from pathlib import Path

import torch


class Checkpoint:
    """Weights, their running average and Adam's two moments, each in a file of its own, with the step beside them."""

    def __init__(self, folder: Path, models: list, device: torch.device):
        self.folder, self.models, self.device = folder, models, device

    def load(self, networks, average: dict, optimiser) -> int:
        """Fills what is given from the folder and returns the step that was reached; 0 when there is none."""
        before = self.folder.with_suffix(".old")
        if not self.folder.exists() and before.exists():
            before.rename(self.folder)
        if not self.folder.exists():
            return 0
        state = json.loads((self.folder / "state.json").read_text())
        if state["models"] != self.models:
            raise SystemExit(f"{self.folder} has other folds or seeds: choose another --out.")
        read = lambda name: torch.load(self.folder / f"{name}.pt", map_location=self.device, weights_only=True)
        networks.load_state_dict(read("weights"))
        average.update(read("average"))
        first, second = read("moment1"), read("moment2")
        for name, value in networks.named_parameters():
            step = torch.tensor(float(state["step"]))
            optimiser.state[value] = {"step": step, "exp_avg": first[name], "exp_avg_sq": second[name]}
        return state["step"]

    def save(self, networks, average: dict, optimiser, step: int) -> None:
        fresh, before = self.folder.with_suffix(".new"), self.folder.with_suffix(".old")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        moment = lambda key: {name: optimiser.state[value][key] for name, value in networks.named_parameters()}
        parts = {"weights": networks.state_dict(), "average": average, "moment1": moment("exp_avg"), "moment2": moment("exp_avg_sq")}
        for name, values in parts.items():
            torch.save(values, fresh / f"{name}.pt")
        (fresh / "state.json").write_text(json.dumps({"step": step, "models": self.models}) + "\n")
        # A kill between the two renames leaves the old one, which `load` takes up again.
        shutil.rmtree(before, ignore_errors=True)
        if self.folder.exists():
            self.folder.rename(before)
        fresh.rename(self.folder)
        shutil.rmtree(before, ignore_errors=True)


def read_average(folder: Path, device: torch.device) -> tuple[list, dict]:
    """The folds and seeds, and the averaged weights of all their networks."""
    state = json.loads((folder / "state.json").read_text())
    return state["models"], torch.load(folder / "average.pt", map_location=device, weights_only=True)
