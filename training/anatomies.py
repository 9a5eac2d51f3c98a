"""The heads of training/data, as scripts/export-training.ts wrote them."""

import json
from dataclasses import dataclass

import numpy as np
import torch


@dataclass(frozen=True)
class Head:
    """Maps of one head, arrays [z, y, x]; 2 mm in plane."""

    id: str
    about: dict
    log: np.ndarray  # ln DWI over its background
    adc: np.ndarray  # 10^-6 mm2/s, calibrated: healthy tissue lies at 820
    mirrored_log: np.ndarray  # the brightest around the mirrored place
    mirrored_adc: np.ndarray  # the lowest ADC around the mirrored place
    brain: np.ndarray
    tissue: np.ndarray
    known: np.ndarray  # an infarct that was there before
    lesions: np.ndarray  # pasted infarcts, numbered from 1

    @property
    def family(self) -> str:
        return self.about["family"]

    @property
    def voxel_ml(self) -> float:
        return 0.004 * self.about["sliceMm"]


def read_heads(path: str) -> list[Head]:
    with np.load(path) as archive:
        about = json.loads(archive["about.json"])
        steps = about["steps"]
        heads = []
        for id, each in about["heads"].items():
            get = lambda name: archive[f"{id}/{name}"]
            mask = get("mask")
            brain = mask & 1 > 0
            heads.append(
                Head(
                    id=id,
                    about=each,
                    log=get("log").astype(np.float32) / steps["log"],
                    adc=get("adc").astype(np.float32) / steps["adc"],
                    mirrored_log=get("mirroredLog").astype(np.float32) / steps["log"],
                    mirrored_adc=get("mirroredAdc").astype(np.float32) / steps["adc"],
                    brain=brain,
                    tissue=(mask & 2 > 0) & brain,
                    known=mask & 4 > 0,
                    lesions=get("lesions"),
                )
            )
    return heads


class Bank:
    """All heads for pasting in one tensor on the device, so that a batch of slabs is one indexing."""

    def __init__(self, heads: list[Head], device: torch.device):
        self.heads = heads
        depth, height, width = np.max([head.log.shape for head in heads], axis=0)
        volumes = np.zeros((len(heads), depth, 6, height, width), np.float16)
        for n, head in enumerate(heads):
            z, y, x = head.log.shape
            maps = (head.log, head.adc / 1000, head.mirrored_log, head.mirrored_adc / 1000, head.brain, head.tissue)
            for c, data in enumerate(maps):
                volumes[n, :z, c, :y, :x] = data
        self.volumes = torch.from_numpy(volumes).to(device)
        numbers = lambda values: torch.tensor(values, dtype=torch.float32, device=device)
        self.slices = torch.tensor([head.log.shape[0] for head in heads], device=device)
        self.slice_mm = numbers([head.about["sliceMm"] for head in heads])
        self.log_per_adc = numbers([head.about["logPerAdc"] for head in heads])
        # The mid-plane within a slice, in pixels: its normal, its offset there, and what a slice up adds to it.
        normal = np.array([head.about["normal"] for head in heads])
        self.normal = numbers(normal[:, :2])
        self.offset = numbers([head.about["offsetMm"] / 2 for head in heads])
        self.offset_per_slice = numbers([n[2] * head.about["sliceMm"] / 2 for n, head in zip(normal, heads)])
        self.families = [head.family for head in heads]
        # Heads of one family share its weight; phantoms count half, being no people.
        counts = {family: self.families.count(family) for family in self.families}
        weights = [(0.5 if head.about["phantom"] else 1) / counts[head.family] for head in heads]
        self.weights = numbers(weights)
        # Slices are drawn by how much brain they show.
        area = [[float(head.brain[z].sum()) if z < len(head.brain) else 0 for z in range(depth)] for head in heads]
        self.area = numbers(area) + 1e-9
