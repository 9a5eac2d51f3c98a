"""Exports a trained nnU-Net v2 to ONNX, for `atoll models import-nnunet`.

    python export_onnx.py RESULTS [--folds 0 1 2 3 4] [--checkpoint checkpoint_final.pth] [--opset 17]

RESULTS is nnU-Net's folder of one trained configuration, with plans.json, dataset.json and fold_0, fold_1, …
(…/nnUNet_results/Dataset123_Name/nnUNetTrainer__nnUNetPlans__3d_fullres). Run it in the environment in which the model
was trained, with `pip install onnx onnxscript`; custom trainers are found as nnU-Net finds them. Writes
RESULTS/atoll/fold_N.onnx and RESULTS/atoll/export.json, and holds each network against its original on random patches.
"""

import argparse
import hashlib
import json
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def versions():
    known = {}
    for package in ('nnunetv2', 'torch', 'onnx', 'dynamic-network-architectures'):
        try:
            known[package] = version(package)
        except PackageNotFoundError:
            pass
    return known


def export(network, channels, patch, path, opset):
    import torch

    network.eval()
    patch_tensor = torch.randn(1, channels, *patch, generator=torch.Generator().manual_seed(0))
    arguments = dict(input_names=['image'], output_names=['logits'], opset_version=opset)
    # The tracing exporter needs nothing but torch and onnx; its successor is slower and gives larger files.
    try:
        torch.onnx.export(network, (patch_tensor,), str(path), dynamo=False, **arguments)
    except TypeError:
        torch.onnx.export(network, (patch_tensor,), str(path), **arguments)


def largest_difference(network, channels, patch, path):
    """Of the exported network's logits from the original's, as a share of their range; None without onnxruntime."""
    try:
        import onnxruntime
    except ImportError:
        return None
    import numpy
    import torch

    session = onnxruntime.InferenceSession(str(path), providers=['CPUExecutionProvider'])
    worst = 0.0
    for seed in (1, 2):
        given = torch.randn(1, channels, *patch, generator=torch.Generator().manual_seed(seed))
        with torch.no_grad():
            expected = network(given).numpy()
        found = session.run(None, {'image': given.numpy()})[0]
        spread = float(expected.max() - expected.min()) or 1.0
        worst = max(worst, float(numpy.abs(found - expected).max()) / spread)
    return worst


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('results', type=Path)
    parser.add_argument('--folds', nargs='+', default=None)
    parser.add_argument('--checkpoint', default='checkpoint_final.pth')
    parser.add_argument('--opset', type=int, default=17)
    given = parser.parse_args()
    import torch
    from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor

    results = given.results.resolve()
    folds = given.folds or sorted(
        path.name.removeprefix('fold_') for path in results.glob('fold_*') if (path / given.checkpoint).exists())
    if not folds:
        sys.exit(f'No fold of {results} has a {given.checkpoint}.')
    folds = tuple(fold if fold == 'all' else int(fold) for fold in folds)
    predictor = nnUNetPredictor(device=torch.device('cpu'), perform_everything_on_device=False)
    predictor.initialize_from_trained_model_folder(str(results), folds, given.checkpoint)
    network = predictor.network
    network = getattr(network, '_orig_mod', network)
    configuration = predictor.configuration_manager
    channels = len(predictor.dataset_json.get('channel_names', predictor.dataset_json.get('modality')))
    patch = [int(length) for length in configuration.patch_size]
    out = results / 'atoll'
    out.mkdir(exist_ok=True)
    exported = []
    for fold, weights in zip(folds, predictor.list_of_parameters):
        network.load_state_dict(weights)
        path = out / f'fold_{fold}.onnx'
        export(network, channels, patch, path, given.opset)
        difference = largest_difference(network, channels, patch, path)
        if difference is not None and difference > 1e-3:
            sys.exit(f'{path.name} differs from its network by {difference:.2g} of the logits’ range; nothing is exported.')
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        exported.append({'file': path.name, 'sha256': digest, 'difference': difference})
        print(f'{path} ({path.stat().st_size / 1e6:.1f} MB)')
    mirrored = predictor.allowed_mirroring_axes
    (out / 'export.json').write_text(json.dumps({
        'format': 1,
        'configuration': predictor_configuration(results),
        'trainer': predictor.trainer_name,
        'checkpoint': given.checkpoint,
        'mirrorAxes': [] if mirrored is None else [int(axis) for axis in mirrored],
        'outputChannels': int(predictor.label_manager.num_segmentation_heads),
        'opset': given.opset,
        'folds': exported,
        'versions': versions(),
    }, indent=2))


def predictor_configuration(results):
    """The folder's own name says which of the plans' configurations it is."""
    return results.name.split('__')[-1]


if __name__ == '__main__':
    main()
