"""Trains a tiny nnU-Net v2 on the phantoms that scripts/nnunet-phantoms.ts wrote, and has it segment the trials. By
nnU-Net's own planning, preprocessing, trainer and predictor; only the network and the training are made small. Minutes
on two cores of a CPU.

    python train_tiny.py --root FOLDER [--epochs 12] [--iterations 60] [--folds 0 1]

Everything lies below FOLDER: nnUNet_raw, nnUNet_preprocessed, nnUNet_results, predictions. What is there is kept.
"""

import argparse
import json
import os
from pathlib import Path

DATASET = 'Dataset901_AtollPhantoms'
# Two cores: more workers would only take turns.
WORKERS = '2'
SEED = 901


def shrink(plans_file):
    """A network of 25,000 weights: the plans' own are made for a GPU."""
    plans = json.loads(plans_file.read_text())
    configuration = plans['configurations']['3d_fullres']
    configuration['batch_size'] = 2
    configuration['patch_size'] = [16, 48, 48]
    configuration['architecture']['arch_kwargs'].update(
        n_stages=3,
        features_per_stage=[4, 8, 16],
        kernel_sizes=[[1, 3, 3], [3, 3, 3], [3, 3, 3]],
        strides=[[1, 1, 1], [1, 2, 2], [2, 2, 2]],
        n_conv_per_stage=[2, 2, 2],
        n_conv_per_stage_decoder=[2, 2],
    )
    plans_file.write_text(json.dumps(plans, indent=2))


def train(preprocessed, fold, epochs, iterations):
    import torch
    from nnunetv2.training.nnUNetTrainer.nnUNetTrainer import nnUNetTrainer

    torch.manual_seed(SEED + fold)
    plans = json.loads((preprocessed / 'nnUNetPlans.json').read_text())
    plans['continue_training'] = False
    dataset = json.loads((preprocessed / 'dataset.json').read_text())
    trainer = nnUNetTrainer(plans, '3d_fullres', fold, dataset, torch.device('cpu'))
    trainer.num_epochs = epochs
    trainer.num_iterations_per_epoch = iterations
    trainer.num_val_iterations_per_epoch = 4
    trainer.run_training()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--root', type=Path, required=True)
    parser.add_argument('--epochs', type=int, default=12)
    parser.add_argument('--iterations', type=int, default=60)
    parser.add_argument('--folds', nargs='+', type=int, default=[0, 1])
    given = parser.parse_args()
    root = given.root.resolve()
    # nnU-Net reads these when it is imported.
    os.environ.update(
        nnUNet_raw=str(root / 'nnUNet_raw'),
        nnUNet_preprocessed=str(root / 'nnUNet_preprocessed'),
        nnUNet_results=str(root / 'nnUNet_results'),
        nnUNet_n_proc_DA=WORKERS,
        nnUNet_def_n_proc=WORKERS,
        nnUNet_compile='f',
    )
    import torch
    from nnunetv2.experiment_planning.plan_and_preprocess_api import (
        extract_fingerprints, plan_experiments, preprocess)
    from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor

    torch.set_num_threads(int(WORKERS))
    preprocessed = root / 'nnUNet_preprocessed' / DATASET
    plans_file = preprocessed / 'nnUNetPlans.json'
    if not plans_file.exists():
        extract_fingerprints([901], num_processes=2, check_dataset_integrity=True)
        plan_experiments([901])
        shrink(plans_file)
    if not (preprocessed / 'nnUNetPlans_3d_fullres').exists():
        preprocess([901], configurations=['3d_fullres'], num_processes=[2])
    results = root / 'nnUNet_results' / DATASET / 'nnUNetTrainer__nnUNetPlans__3d_fullres'
    for fold in given.folds:
        if not (results / f'fold_{fold}' / 'checkpoint_final.pth').exists():
            train(preprocessed, fold, given.epochs, given.iterations)
    predictions = root / 'predictions'
    predictor = nnUNetPredictor(device=torch.device('cpu'), perform_everything_on_device=False, allow_tqdm=False)
    predictor.initialize_from_trained_model_folder(str(results), given.folds)
    predictor.predict_from_files_sequential(str(root / 'nnUNet_raw' / DATASET / 'imagesTs'), str(predictions),
                                            save_probabilities=True, overwrite=False)
    print(results)


if __name__ == '__main__':
    main()
