"""What nnU-Net v2 itself computes of small arrays: packages/models/test/known-values.json, which the tests hold the
code in TypeScript to. Run where nnunetv2 is installed:

    python known_values.py > ../../packages/models/test/known-values.json
"""

import json
import sys
from importlib.metadata import version

import numpy
import torch
from nnunetv2.inference.sliding_window_prediction import compute_gaussian, compute_steps_for_sliding_window
from nnunetv2.preprocessing.cropping.cropping import crop_to_nonzero
from nnunetv2.preprocessing.normalization.default_normalization_schemes import (
    CTNormalization, RescaleTo01Normalization, ZScoreNormalization)
from nnunetv2.preprocessing.resampling.default_resampling import compute_new_shape, resample_data_or_seg_to_shape


def numbers(array):
    return [float(f'{value:.7g}') for value in numpy.asarray(array, dtype=float).ravel()]


def resampling(random):
    cases = []
    for shape, old, new, order, order_z, separate in [
        ([7, 9, 8], [3, 1, 1], [3, 1.7, 1.3], 3, 0, None),
        ([6, 8, 7], [6, 1, 1.2], [3, 1.5, 0.8], 3, 0, None),
        ([6, 8, 7], [6, 1, 1.2], [3, 1.5, 0.8], 3, 1, None),
        ([7, 5, 8], [1, 4, 1], [1.4, 2, 1.4], 3, 0, None),
        ([6, 7, 8], [1, 1, 5], [1.3, 0.8, 2.5], 3, 0, None),
        ([9, 8, 7], [2, 2, 2], [1.1, 2.6, 3.1], 3, 0, False),
        ([5, 6, 9], [2, 2, 2], [1.1, 2.6, 1.5], 1, 0, None),
        ([8, 6, 9], [6, 1, 1], [3, 1.2, 0.7], 1, 0, None),
        ([3, 4, 2], [1, 1, 1], [0.5, 0.4, 0.6], 3, 0, None),
        ([6, 1, 5], [1, 1, 1], [0.8, 1, 1.7], 3, 0, True),
    ]:
        data = random.normal(100, 40, size=shape).astype(numpy.float32)
        target = compute_new_shape(shape, old, new)
        result = resample_data_or_seg_to_shape(data[None], target, old, new, is_seg=False, order=order,
                                               order_z=order_z, force_separate_z=separate)[0]
        cases.append(dict(shape=shape, old=old, new=new, order=order, orderZ=order_z, separateZ=separate,
                          data=numbers(data), target=[int(n) for n in target], result=numbers(result)))
    return cases


def normalising(random):
    image = numpy.zeros((5, 6, 7), numpy.float32)
    image[1:4, 1:5, 1:6] = random.normal(60, 20, size=(3, 4, 5))
    image[2, 2, 2] = 0  # a hole
    other = numpy.zeros_like(image)
    other[1:3, 1:4, 2:6] = 5
    data, seg, box = crop_to_nonzero(numpy.stack([image, other]))
    properties = dict(mean=50.0, std=15.0, percentile_00_5=30.0, percentile_99_5=90.0)
    run = lambda scheme, mask: numbers(scheme(mask, properties).run(data[0].copy(), seg[0]))
    return dict(image=numbers(image), other=numbers(other), shape=[5, 6, 7],
                box=[[int(edge) for edge in pair] for pair in box], mask=[int(value >= 0) for value in seg[0].ravel()],
                properties=properties, zScore=run(ZScoreNormalization, False),
                zScoreWithinMask=run(ZScoreNormalization, True), clip=run(CTNormalization, False),
                rescale=run(RescaleTo01Normalization, False))


def windows():
    steps = [dict(image=image, patch=patch, step=step, starts=compute_steps_for_sliding_window(image, patch, step))
             for image, patch, step in [((110, 64, 20), (64, 64, 16), 0.5), ((33, 47, 129), (16, 40, 64), 0.5),
                                        ((33, 47, 129), (16, 40, 64), 0.75)]]
    gaussians = [dict(patch=patch, weights=numbers(compute_gaussian(tuple(patch), value_scaling_factor=10,
                                                                    dtype=torch.float64, device=torch.device('cpu'))))
                 for patch in ([4, 6, 8], [5, 7, 3])]
    return dict(steps=steps, gaussians=gaussians)


random = numpy.random.default_rng(20)
json.dump(dict(versions={package: version(package) for package in ('nnunetv2', 'scipy', 'scikit-image', 'numpy')},
               resampling=resampling(random), normalising=normalising(random), windows=windows()), sys.stdout)
