"""The recipe of the embedded engine in short, in NumPy and SciPy: what `npm run bench` compares its speed with.

Same steps on the same grid (units, brain, mid-plane, background of DWI, mirrored score, seeds, growth, rules,
finish), each by the plainest call that SciPy has. Not a second engine: its mask is only printed on --volume.

    python3 scripts/bench-scipy.py [--runs N] [--volume] DWI ADC

Prints the median seconds of reading and segmenting; with --runs 1 the caller times the process itself.
"""

import argparse
import gzip
import statistics
import struct
import time

import numpy as np
from scipy import ndimage, optimize

TYPES = {2: "u1", 4: "i2", 8: "i4", 16: "f4", 64: "f8", 256: "i1", 512: "u2", 768: "u4"}


def read_nifti(path):
    raw = open(path, "rb").read()
    if raw[:2] == b"\x1f\x8b":
        raw = gzip.decompress(raw)
    shape = struct.unpack_from("<3h", raw, 42)
    spacing = np.array(struct.unpack_from("<3f", raw, 80), float)
    dtype = np.dtype("<" + TYPES[struct.unpack_from("<h", raw, 70)[0]])
    offset = int(struct.unpack_from("<f", raw, 108)[0])
    slope, inter = struct.unpack_from("<2f", raw, 112)
    data = np.frombuffer(raw, dtype, int(np.prod(shape)), offset).reshape(shape, order="F").astype(np.float32)
    if slope not in (0, 1) or inter != 0:
        data = data * (slope or 1) + inter
    return np.nan_to_num(data), spacing


def smooth(image, sigma_mm, spacing):
    return ndimage.gaussian_filter(image, sigma_mm / spacing, mode="nearest", truncate=3)


def masked_smooth(image, mask, sigma_mm, spacing):
    weight = smooth(mask.astype(np.float32), sigma_mm, spacing)
    return np.where(mask, smooth(image * mask, sigma_mm, spacing) / np.maximum(weight, 1e-3), 0)


def within(mask, mm, spacing):
    return ndimage.distance_transform_edt(~mask, spacing) <= mm


def inside(mask, mm, spacing):
    return ndimage.distance_transform_edt(mask, spacing) > mm


def largest(mask):
    labels, count = ndimage.label(mask)
    return labels == 1 + np.argmax(np.bincount(labels.ravel())[1:]) if count else mask


def find_brain(dwi, adc, spacing):
    soft = smooth(dwi, 1.5, spacing)
    tissue = (adc > 300) & (adc < 2200) & (soft > 0)
    counts, edges = np.histogram(np.log(soft[tissue]), 128)
    mode = np.exp(edges[np.argmax(ndimage.gaussian_filter1d(counts.astype(float), 2))])
    core = largest(inside(soft > 0.5 * mode, 4, spacing))
    brain = within(core, 6, spacing) & (soft > 0.3 * mode)
    brain = inside(within(brain, 8, spacing), 8, spacing)
    for k in range(brain.shape[2]):
        brain[:, :, k] = ndimage.binary_fill_holes(brain[:, :, k])
    return brain


def mid_plane(adc, brain, spacing):
    """Index coordinates mirrored at the best plane, as an affine of the voxel grid."""
    step = np.maximum(1, np.round(4 / spacing)).astype(int)
    coarse = np.where(brain, adc, 800)[:: step[0], :: step[1], :: step[2]]
    mask = brain[:: step[0], :: step[1], :: step[2]]
    size = spacing * step
    centre = np.array(ndimage.center_of_mass(mask))

    def mirror(p):
        normal = np.array([1, p[1], p[2]])
        normal /= np.linalg.norm(normal)
        flip = np.eye(3) - 2 * np.outer(normal, normal)
        matrix = np.diag(1 / size) @ flip @ np.diag(size)
        return matrix, centre - matrix @ centre + 2 * p[0] * normal / size

    def cost(p):
        matrix, offset = mirror(p)
        other = ndimage.affine_transform(coarse, matrix, offset, order=1, mode="nearest")
        return -np.corrcoef(coarse[mask], other[mask])[0, 1]

    best = optimize.minimize(cost, [0, 0, 0], method="Nelder-Mead", options={"maxfev": 80}).x
    normal = np.array([1, best[1], best[2]])
    normal /= np.linalg.norm(normal)
    flip = np.eye(3) - 2 * np.outer(normal, normal)
    matrix = np.diag(1 / spacing) @ flip @ np.diag(spacing)
    at = centre * step
    return matrix, at - matrix @ at + 2 * best[0] * normal / spacing


def background(log_dwi, adc, brain, spacing):
    suspect = within(masked_smooth(adc, brain, 2, spacing) < 600, 6, spacing) & brain
    fit = brain & ~suspect & (adc > 650) & (adc < 1000)
    axes = [np.linspace(-1, 1, n) for n in brain.shape]
    x, y, z = (axis[index] for axis, index in zip(axes, np.nonzero(fit)))
    basis = np.stack([np.ones_like(x), x, y, z, x * x, y * y, z * z, x * y, x * z, y * z], 1)
    values, weight = log_dwi[fit], np.ones(len(x))
    for _ in range(8):
        scaled = basis * weight[:, None]
        coefficients = np.linalg.solve(scaled.T @ basis, scaled.T @ values)
        residual = values - basis @ coefficients
        sigma = max(1.4826 * np.median(np.abs(residual)), 1e-6)
        weight = np.clip(1 - (residual / (2.5 * sigma)) ** 2, 0, 1) ** 2
    x, y, z = np.meshgrid(*axes, indexing="ij", sparse=True)
    terms = [1, x, y, z, x * x, y * y, z * z, x * y, x * z, y * z]
    return sum(c * term for c, term in zip(coefficients, terms)), max(sigma, 0.1)


def segment(dwi_file, adc_file):
    dwi, spacing = read_nifti(dwi_file)
    adc, _ = read_nifti(adc_file)
    typical = np.median(adc[(adc > 0) & (dwi > np.mean(dwi))])
    adc *= 1000.0 ** np.round(np.log(1000 / typical) / np.log(1000))
    brain = find_brain(dwi, adc, spacing)
    counts, edges = np.histogram(adc[brain], 120, (300, 1500))
    adc *= 800 / edges[np.argmax(ndimage.gaussian_filter1d(counts.astype(float), 2))]
    dwi, adc = masked_smooth(dwi, brain, 0.8, spacing), masked_smooth(adc, brain, 0.8, spacing)
    log_dwi = np.log(np.maximum(dwi, 1))
    field, sigma = background(log_dwi, adc, brain, spacing)
    z = np.where(brain, (log_dwi - field) / sigma, 0).astype(np.float32)
    z -= masked_smooth(np.clip(z, -3, 3), brain, 16, spacing)
    matrix, offset = mid_plane(adc, brain, spacing)
    other = ndimage.maximum_filter(z, np.maximum(1, np.round(8 / spacing)).astype(int) | 1)
    mirrored = ndimage.affine_transform(other, matrix, offset, order=1)
    score = z - 0.8 * np.clip(mirrored, 0, 5) + np.clip((800 - adc) / 100, -3, 3)
    deep = inside(brain, 4, spacing)
    seeds = (score > 5) & (adc > 200) & (adc < 750) & deep
    allowed = ((z > 1.8) & (adc < 950) & brain) | seeds
    labels, count = ndimage.label(allowed, np.ones((3, 3, 3)))
    index = np.arange(1, count + 1)
    voxel_ml = np.prod(spacing) / 1000
    keep = (
        (ndimage.maximum(seeds, labels, index) > 0)
        & (ndimage.sum(allowed, labels, index) * voxel_ml >= 0.02)
        & (ndimage.median(score, labels, index) > 3.5)
    )
    mask = np.concatenate([[False], keep])[labels]
    mask |= within(mask, 2, spacing) & brain & (z > 1.9) & (adc < 1300)
    mask = inside(within(mask, 2, spacing), 2, spacing) & brain
    for k in range(mask.shape[2]):
        mask[:, :, k] = ndimage.binary_fill_holes(mask[:, :, k])
    return mask.sum() * voxel_ml


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--volume", action="store_true", help="print the mask's volume in mL instead")
    parser.add_argument("dwi")
    parser.add_argument("adc")
    options = parser.parse_args()
    seconds = []
    for _ in range(options.runs):
        start = time.perf_counter()
        volume = segment(options.dwi, options.adc)
        seconds.append(time.perf_counter() - start)
    print(volume if options.volume else statistics.median(seconds))


main()
