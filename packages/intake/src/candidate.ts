import type { Directionality } from '@atoll/dicom/diffusion-header';
import type { DicomSeries } from '@atoll/dicom/triage';
import type { Affine, Grid, Vec3, Volume } from '@atoll/volume/volume';
import type { Caution } from './caution.ts';
import type { InputFile } from './input-file.ts';
import type { Sample } from './sample.ts';
import type { SideCar } from './sidecar.ts';

/** One image that was found: a series, or a file. What it may be is for `propose` to say. */
export type Candidate = {
  /** `i1`, `i2`, …: names the image within one gathering. */
  readonly id: string;
  /** What to call it on a page: the file's path without its ending, or the series' number and description. */
  readonly name: string;
  readonly source: 'nifti' | 'metaimage' | 'dicom';
  /** The files it was made of, sidecars included. */
  readonly paths: readonly string[];
  /** Atoll made it itself: a mask of an earlier run is never an expert's. */
  readonly ownWork: boolean;
  readonly seriesDescription: string | null;
  /** The last part of a BIDS name (`dwi`, `adc`, `FLAIR`, `msk`), or what the DICOM converter set apart. */
  readonly suffix: string | null;
  /** 3D volumes that it holds. */
  readonly volumes: number;
  /** s/mm², one a volume; null where no sidecar says. */
  readonly bValues: readonly number[] | null;
  /** Directions of the diffusion gradient, one a volume, null for none; null where nothing names them. */
  readonly directions: readonly (Vec3 | null)[] | null;
  /** What the headers of a DICOM series call its volumes, each once. */
  readonly directionality: readonly Directionality[];
  readonly grid: Grid;
  /** Another place that its header names too; null where it contradicts itself nowhere. */
  readonly otherPlace: Affine | null;
  /** Whether the image itself says how the patient lies; if not, left and right are taken on trust. */
  readonly sideKnown: boolean;
  readonly sideCar: SideCar | null;
  /** What its values look like, volume by volume (the first {@link sampledVolumes} of them). */
  readonly samples: readonly Sample[];
  /** The DICOM series that it was converted from. */
  readonly dicom: { readonly series: DicomSeries; readonly files: readonly InputFile[] } | null;
  /** What its files say or lack that bears on where, or what, it shows. */
  readonly cautions: readonly Caution[];
  /** Reads the image. @throws AtollError IMAGE_*, FILE_UNREADABLE, ZIP_* */
  open(): Promise<OpenImage>;
};

/** An image with its bytes in memory, unpacked. */
export type OpenImage = {
  /** The whole image as NIfTI, unpacked, without text fields; null where several files were joined to one image. */
  readonly nifti: Uint8Array | null;
  /** One of its volumes as numbers. @throws AtollError IMAGE_NOT_3D when there is none of that index. */
  volume(index: number): Promise<Volume>;
};

/** A file that no image was made of, and why in words. */
export type Ignored = {
  readonly path: string;
  readonly reason: string;
  /** It was an image, or part of one, but for what the reason says. */
  readonly wasImage?: boolean;
};

export type Gathered = { readonly candidates: readonly Candidate[]; readonly ignored: readonly Ignored[] };
