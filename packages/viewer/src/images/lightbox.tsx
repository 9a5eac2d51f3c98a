import { layOut, planeAxes, type SlicePlane, sliceGrid } from '@atoll/pictures/slice-grid';
import { drawSlice } from '@atoll/pictures/slice-picture';
import { spacingMm, transformPoint } from '@atoll/volume/affine';
import { readNiftiMask } from '@atoll/volume/nifti-read';
import { canonicalGrid } from '@atoll/volume/orientation';
import { resampleNearest } from '@atoll/volume/resample';
import type { Grid, Mask, Vec3 } from '@atoll/volume/volume';
import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { type Display, drawnRange, maskColours } from './display.ts';
import './lightbox.css';
import { type Base, readBase } from './plain-volume.ts';
import type { ImageFiles } from './use-image-files.ts';

/** Of a slice in the lightbox, CSS pixels. */
const size = 150;

type Read = { readonly dwi: Base; readonly shown: Base; readonly mask: Mask | null };
type LesionSlice = { readonly index: number; readonly areaCm2: number; readonly focusMm: Vec3 };

type Props = {
  readonly files: ImageFiles;
  readonly display: Display;
  readonly onChoose: (mm: Vec3) => void;
  readonly onClose: () => void;
};

/** All slices with lesion as a grid, in the plane that is on show; where there is no lesion, all slices. */
export function Lightbox({ files, display, onChoose, onClose }: Props) {
  const [read, setRead] = useState<Read | null>(null);
  const { base } = display;
  useEffect(() => {
    let isLeaving = false;
    readAll(files, base)
      .then((all) => !isLeaving && setRead(all))
      // An image that cannot be read is not shown either, and says why there.
      .catch(() => undefined);
    return () => {
      isLeaving = true;
    };
  }, [files, base]);
  const plane: SlicePlane = display.plane === 'all' || display.plane === 'render' ? 'axial' : display.plane;
  const slices = read === null ? [] : slicesOf(read, plane);
  return (
    <section className="lightbox" aria-label="Lightbox">
      <div className="row spread">
        <h3>{read === null ? 'Loading the slices…' : titleOf(slices, plane)}</h3>
        <Button className="button" autoFocus onPress={onClose}>
          Close
        </Button>
      </div>
      <ul>
        {read !== null &&
          slices.map((slice) => (
            <li key={slice.index}>
              <Button
                className="lightbox-slice"
                aria-label={`Slice ${slice.index + 1}${slice.areaCm2 > 0 ? `, lesion ${slice.areaCm2.toFixed(1)} cm²` : ''}`}
                onPress={() => onChoose(slice.focusMm)}
              >
                <SlicePicture read={read} plane={plane} index={slice.index} display={display} />
                <span className="figures">
                  {slice.index + 1}
                  {slice.areaCm2 > 0 && ` · ${slice.areaCm2.toFixed(1)} cm²`}
                </span>
              </Button>
            </li>
          ))}
      </ul>
    </section>
  );
}

function titleOf(slices: readonly LesionSlice[], plane: SlicePlane): string {
  const hasLesion = slices.some(({ areaCm2 }) => areaCm2 > 0);
  return hasLesion ? `${slices.length} ${plane} slices with lesion` : `No lesion: all ${plane} slices`;
}

type PictureProps = {
  readonly read: Read;
  readonly plane: SlicePlane;
  readonly index: number;
  readonly display: Display;
};

function SlicePicture({ read, plane, index, display }: PictureProps) {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = ref.current;
    const context = canvas?.getContext('2d');
    if (canvas === null || context === null || context === undefined) return;
    const canonical = canonicalGrid(read.dwi);
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    const [panel] = layOut(canonical, [plane], size * ratio, size * ratio);
    canvas.width = panel.width;
    canvas.height = panel.height;
    const grid = sliceGrid(canonical, panel, index, display.radiological);
    const range = drawnRange(display.base, display, read.shown.brightest);
    const layers =
      read.mask === null
        ? []
        : [{ mask: read.mask, paint: () => maskColours.mask, opacity: 0.95, outline: true }];
    const pixels = drawSlice(grid, read.shown, range, layers);
    context.putImageData(new ImageData(pixels, panel.width, panel.height), 0, 0);
  }, [read, plane, index, display]);
  return <canvas ref={ref} />;
}

async function readAll(files: ImageFiles, base: Display['base']): Promise<Read | null> {
  const bytesOf = (role: 'dwi' | 'adc' | 'flair' | 'mask') => {
    const file = files.get(role);
    return file === undefined ? null : new Uint8Array(file.bytes);
  };
  const dwiBytes = bytesOf('dwi');
  if (dwiBytes === null) return null;
  const dwi = await readBase(dwiBytes);
  const baseBytes = base === 'dwi' ? null : bytesOf(base);
  const maskBytes = bytesOf('mask');
  return {
    dwi,
    shown: baseBytes === null ? dwi : await readBase(baseBytes),
    mask: maskBytes === null ? null : await readNiftiMask(maskBytes),
  };
}

/** The slices of the DWI that the mask is in; all of them where it is in none. From the top, as they are read. */
function slicesOf({ dwi, mask }: Read, plane: SlicePlane): LesionSlice[] {
  const canonical = canonicalGrid(dwi);
  const { across, up, through } = planeAxes[plane];
  const { shape, affine } = canonical;
  const spacing = spacingMm(affine);
  const areaCm2 = (spacing[across] * spacing[up]) / 100;
  const centre: Vec3 = [(shape[0] - 1) / 2, (shape[1] - 1) / 2, (shape[2] - 1) / 2];
  const counts = mask === null ? null : countsOf(mask, canonical, through);
  const withLesion = counts?.flatMap(({ voxels, sum }, index) =>
    voxels === 0
      ? []
      : [
          {
            index,
            areaCm2: voxels * areaCm2,
            focusMm: transformPoint(affine, [sum[0] / voxels, sum[1] / voxels, sum[2] / voxels]),
          },
        ],
  );
  const listed =
    withLesion !== undefined && withLesion.length > 0
      ? withLesion
      : Array.from({ length: shape[through] }, (_, index) => {
          const voxel: [number, number, number] = [centre[0], centre[1], centre[2]];
          voxel[through] = index;
          return { index, areaCm2: 0, focusMm: transformPoint(affine, voxel) };
        });
  return listed.toReversed();
}

function countsOf(mask: Mask, canonical: Grid, through: 0 | 1 | 2) {
  const { shape } = canonical;
  const { data } = resampleNearest(mask, canonical);
  const counts = Array.from({ length: shape[through] }, () => ({ voxels: 0, sum: [0, 0, 0] }));
  for (let k = 0, at = 0; k < shape[2]; k++)
    for (let j = 0; j < shape[1]; j++)
      for (let i = 0; i < shape[0]; i++, at++) {
        if (data[at] === 0) continue;
        const slice = counts[[i, j, k][through]];
        slice.voxels++;
        slice.sum[0] += i;
        slice.sum[1] += j;
        slice.sum[2] += k;
      }
  return counts;
}
