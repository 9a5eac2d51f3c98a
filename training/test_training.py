"""python -m unittest: needs no data, makes its own head."""

import json
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np
import torch

import synthesis
import train
from anatomies import Bank, Head
from features import CHANNELS, features_of_head
from network import UNets, parameter_count


def made_up_head(family="one", slices=30) -> Head:
    z, y, x = np.mgrid[0:slices, 0:90, 0:74]
    inside = ((z - slices / 2) / 13) ** 2 + ((y - 45) / 42) ** 2 + ((x - 37) / 34) ** 2 < 1
    empty = np.zeros(inside.shape, bool)
    log = np.where(inside, 0.0, 0).astype(np.float32)
    adc = np.where(inside, 820.0, 0).astype(np.float32)
    about = {"family": family, "phantom": False, "sliceMm": 3.0, "logPerAdc": 0.001,
             "normal": [1, 0, 0], "offsetMm": 74.0, "kind": "healthy", "head": family}
    return Head(family, about, log, adc, log, adc, inside, inside, empty, empty.astype(np.uint8))


class Synthesis(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(0)
        self.bank = Bank([made_up_head(), made_up_head("two")], torch.device("cpu"))

    def generator(self, seed=3):
        return torch.Generator().manual_seed(seed)

    def test_gives_the_same_batch_for_the_same_seed(self):
        one, same = (synthesis.synthesise(self.bank, 3, self.generator()) for _ in range(2))
        self.assertTrue(torch.equal(one.features, same.features))
        self.assertTrue(torch.equal(one.label, same.label))

    def test_labels_lie_in_the_brain_and_are_darker_on_the_adc_and_brighter_on_the_dwi(self):
        batch = synthesis.synthesise(self.bank, 24, self.generator(), augment=False)
        lesion = batch.label > 0
        self.assertGreater(lesion.sum(), 100)
        self.assertTrue((batch.features[:, -1][lesion] == 1).all())
        counted = lesion & (batch.weight > 0)
        self.assertGreater(batch.features[:, 0][counted].mean(), 0.8)
        self.assertLess(batch.features[:, 1][counted].mean(), -0.5)

    def test_heaps_have_about_the_volume_that_was_asked_for(self):
        ml = torch.zeros((8, synthesis.SEEDS))
        ml[:, 0] = torch.tensor([0.1, 0.3, 1, 1, 3, 3, 10, 10])
        allowed = torch.ones((8, synthesis.DEPTH, synthesis.HEIGHT, synthesis.WIDTH), dtype=torch.bool)
        prefer = torch.zeros_like(allowed, dtype=torch.float)
        prefer[:, 5, 40:60, 40:50] = 1
        share = synthesis.heaps(allowed, prefer, torch.full((8,), 3.0), ml, self.generator(), 20)
        volume = (share > synthesis.TRUTH).flatten(1).sum(1) * 0.012
        # One by one they may be off by a factor of two or three: volumes are drawn at random anyway.
        ratio = torch.log(volume / ml[:, 0]).mean().exp()
        self.assertGreater(ratio, 0.6)
        self.assertLess(ratio, 1.7)

    def test_the_mirrored_side_shows_what_was_pasted_on_the_other(self):
        field = torch.zeros((1, synthesis.DEPTH, synthesis.HEIGHT, synthesis.WIDTH))
        head = torch.tensor([0])
        z = torch.arange(synthesis.DEPTH)[None] + 10
        identity = torch.eye(2)[None]
        # The copy's middle is the head's: pixel 37 of 74 is the mid-plane, half a pixel beside the middle.
        middle = (synthesis.WIDTH - 1) / 2
        field[0, :, 50, int(middle + 10.5)] = 1
        there = synthesis.mirrored(field, self.bank, head, z, identity)
        at = there[0, 5, 50].nonzero().ravel().tolist()
        self.assertEqual(len(at), 1)
        self.assertAlmostEqual(at[0] + (middle + 10.5), 2 * (middle + 0.5), delta=1.1)

    def test_slices_are_averaged_about_the_middle_one(self):
        weights = synthesis.merging(torch.tensor([1.0, 2.0, 3.0]), "cpu")
        self.assertTrue(torch.allclose(weights.sum(-1), torch.ones(3, 3)))
        self.assertEqual(weights[0].argmax(-1).tolist(), [4, 5, 6])
        self.assertEqual(weights[2, 1].nonzero().ravel().tolist(), [4, 5, 6])
        self.assertEqual(weights[1, 1].nonzero().ravel().tolist(), [5, 6])


class Networks(unittest.TestCase):
    def test_train_side_by_side_as_each_would_alone(self):
        x = torch.randn((2, CHANNELS, 16, 24))
        both, alone = UNets([0, 1]), UNets([1])
        self.assertTrue(torch.allclose(both(x)[:, 1], alone(x)[:, 0], atol=1e-5))
        self.assertEqual(sum(p.numel() for p in alone.parameters()), parameter_count())

    def test_a_head_has_thirteen_channels_for_every_slice(self):
        features = features_of_head(made_up_head(slices=30))
        self.assertEqual(tuple(features.shape), (30, CHANNELS, 92, 76))

    def test_a_model_learns_nothing_from_what_it_may_not_see(self):
        networks = UNets([0, 1])
        logits = networks(torch.randn((3, CHANNELS, 16, 16)))
        allowed = torch.tensor([[1.0, 0], [1, 0], [1, 0]])
        train.losses(logits, torch.ones((3, 16, 16)), torch.ones((3, 16, 16)), allowed).sum().backward()
        gradient = networks.down1a_weight.grad.flatten(1).abs().sum(1)
        self.assertGreater(gradient[0], 0)
        self.assertEqual(gradient[1], 0)


class Training(unittest.TestCase):
    def run_for(self, out, steps):
        heads = [made_up_head(), made_up_head("two")]
        words = ["train.py", "--out", out, "--steps", str(steps), "--seeds", "1", "--folds", "none,one", "--batch", "4",
                 "--keep", "2", "--device", "cpu"]
        with mock.patch("sys.argv", words), mock.patch("train.read_heads", return_value=heads):
            train.main()

    def test_goes_on_where_it_stopped(self):
        with tempfile.TemporaryDirectory() as out:
            self.run_for(out, 2)
            self.run_for(out, 4)
            state = json.loads((Path(out) / "checkpoint" / "state.json").read_text())
            self.assertEqual(state["step"], 4)
            self.assertEqual(state["models"], [[None, 0], ["one", 0]])

    def test_folds_share_the_families_out(self):
        families = ["a", "b", "c", "d", "e", "phantom"]
        self.assertEqual(train.folds_of("2", families, {"phantom"}), [None, "a+c+e", "b+d"])
        self.assertEqual(train.folds_of("none", families, {"phantom"}), [None])
        with self.assertRaises(SystemExit):
            train.folds_of("none,f", families, {"phantom"})


if __name__ == "__main__":
    unittest.main()
