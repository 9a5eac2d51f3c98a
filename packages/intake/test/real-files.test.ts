import { withElements } from '@atoll/dicom/elements';
import { readDicomHeader } from '@atoll/dicom/triage';
import { fileOfBytes } from '@atoll/intake/input-file';
import { spacingMm } from '@atoll/volume/affine';
import { readNifti } from '@atoll/volume/nifti-read';
import { describe, expect, it, vi } from 'vitest';
import { examined, examinedFolder, unzipped, withoutIntake } from './real-intake.ts';

// Each converts hundreds of files, on a machine that may be busy.
vi.setConfig({ testTimeout: 400_000 });

type File = { readonly path: string; readonly bytes: Uint8Array };

const brought = (files: readonly File[]) => files.map(({ path, bytes }) => fileOfBytes(path, bytes));

/** The header's texts of each file changed; a change that is null leaves the file out. */
function changed(
  files: readonly File[],
  change: (header: {
    series: number | null;
    b: number | null;
    position: readonly number[];
    at: number;
  }) => Record<string, string> | null,
): File[] {
  return files.flatMap((file, at) => {
    const header = readDicomHeader(file.bytes);
    if (header === null || typeof header === 'string' || header.place === null) return [file];
    const texts = change({
      series: header.seriesNumber,
      b: header.bValue,
      position: header.place.position,
      at,
    });
    if (texts === null) return [];
    return [{ ...file, bytes: withElements(file.bytes, new Map(Object.entries(texts))) }];
  });
}

describe.skipIf(withoutIntake)('a DICOM series', () => {
  it.each(['ge_trace_pacs', 'same_instance_numbers', 'adc_noise_negative'])(
    'is sorted by what its headers say: %s',
    async (name) => {
      const { dwi, adc, choice, serious } = await examinedFolder(name);
      expect(dwi?.bValues).toEqual([0, 1000]);
      expect(choice?.dwi.volumes).toEqual([1]);
      expect([adc?.volumes, serious]).toEqual([1, '']);
    },
  );

  it('is sorted so too where instance numbers run slice by slice, or are all the same', async () => {
    const files = await unzipped('same_instance_numbers');
    const straight = await examined(brought(files));
    for (const instance of [(at: number, b: number) => 2 * at + (b > 0 ? 1 : 0), () => 1]) {
      const odd = changed(files, ({ b, at }) => ({ x00200013: String(instance(at, b ?? 0)) }));
      const { dwi } = await examined(brought(odd));
      expect(dwi?.bValues).toEqual([0, 1000]);
      const [one, other] = await Promise.all(
        [straight.dwi, dwi].map(async (each) => (await each?.open())?.volume(1)),
      );
      expect(one?.data).toEqual(other?.data);
      // Each instance is its own conversion; 32-bit offsets differ in their last digits.
      const entries = other?.affine.flat().map((entry) => expect.closeTo(entry, 3));
      expect(one?.affine.flat()).toEqual(entries);
    }
  });

  it('of Philips in Implicit VR has the b-values of its private elements', async () => {
    const { b0, dwi, bValue } = await examinedFolder('philips_implicit_vr_b');
    expect([b0?.bValues, dwi?.bValues, bValue]).toEqual([[0], [1000], 1000]);
  });

  it('that lacks a slice in one volume says which, and where', async () => {
    const { refusal, passedOver } = await examinedFolder('slice_missing_in_b1000');
    expect(refusal).toMatch(/b = 1000 s\/mm².*1 of 38 slices is missing \(at -?[\d.]+ mm/);
    expect(passedOver).toContain('3 ep2d_diff_3scan_trace_p2_TRACEW');
    // Two of the b0 are gone instead: the DWI and its ADC map do without.
    let left = 2;
    const files = changed(await unzipped('same_instance_numbers'), ({ b, series }) =>
      series === 3 && b === 0 && left-- > 0 ? null : {},
    );
    const { dwi, adc, passedOver: reason } = await examined(brought(files));
    expect([dwi?.bValues, adc?.volumes]).toEqual([[1000], 1]);
    expect(reason).toContain('b = 0 s/mm²: 2 of 38 slices are missing');
  });

  it('that lacks a slice in all volumes keeps every other slice in its place, and says so', async () => {
    const [gap, whole] = await Promise.all([
      examinedFolder('slice_missing_in_all'),
      examinedFolder('same_instance_numbers'),
    ]);
    expect(gap.serious).toMatch(/1 of 38 slices is missing/);
    const [one, other] = await Promise.all(
      [gap, whole].map(async ({ dwi }) => (await dwi?.open())?.volume(1)),
    );
    expect(one?.shape).toEqual([96, 96, 38]);
    expect(spacingMm(one?.affine ?? whole.candidates[0].grid.affine)[2]).toBeCloseTo(4, 2);
    const plane = 96 * 96;
    const same = Array.from({ length: 38 }, (_, slice) => slice).filter((slice) =>
      one?.data
        .subarray(slice * plane, (slice + 1) * plane)
        .every((value, at) => value === other?.data[slice * plane + at]),
    );
    expect(same.length).toBe(37);
  });

  it('of sheared slices has each where its header says', async () => {
    const { dwi, serious } = await examinedFolder('sheared_slices');
    expect(serious).toMatch(/sheared.*0\.79 mm/);
    const heights = changed(await unzipped('sheared_slices'), () => ({}));
    const places = heights.flatMap(({ bytes }) => {
      const header = readDicomHeader(bytes);
      return header !== null && typeof header !== 'string' && header.seriesNumber === 3 && header.bValue === 0
        ? [header.place?.position ?? [0, 0, 0]]
        : [];
    });
    const affine = dwi?.grid.affine;
    const steps = places.toSorted((a, b) => a[2] - b[2]);
    const [first, last] = [steps[0], steps[steps.length - 1]];
    const expected = [0, 1, 2].map(
      (axis) => ((axis < 2 ? -1 : 1) * (last[axis] - first[axis])) / (steps.length - 1),
    );
    // The image may count its slices from the top.
    const sign = Math.sign((affine?.[2][2] ?? 1) * expected[2]);
    expect(affine?.map((row) => sign * row[2])).toEqual(expected.map((value) => expect.closeTo(value, 2)));
  });

  it('of slices in two nearly equal orientations is one image, and says so', async () => {
    const { dwi, adc, serious } = await examinedFolder('orientation_splits');
    expect([dwi?.grid.shape, adc?.grid.shape]).toEqual([
      [96, 96, 38],
      [96, 96, 38],
    ]);
    expect(serious).toMatch(/19 of 38 slices are rotated by up to 0\.2\d°/);
  });

  it('of slices that jump in their plane is refused in words', async () => {
    const files = changed(await unzipped('same_instance_numbers'), ({ position, at }) => ({
      x00200032: position.map((x, axis) => (axis === 0 ? x + ((at * 7919) % 13) : x).toFixed(4)).join('\\'),
    }));
    const { choice, passedOver } = await examined(brought(files));
    expect(choice).toBeNull();
    expect(passedOver).toContain('irregularly displaced relative to one another');
  });

  it('of unevenly spaced slices is resampled to even ones, and says so', async () => {
    const heights = new Map<string, number>();
    const files = await unzipped('same_instance_numbers');
    changed(files, ({ position }) => {
      heights.set(position[2].toFixed(2), position[2]);
      return {};
    });
    const order = [...heights.values()].sort((a, b) => a - b);
    // The upper half of the slices lies 40 % of a step further on.
    const odd = changed(files, ({ position }) => {
      const upper = position[2] > order[order.length >> 1];
      const normal = [0.0742, 0.1847, 0.98];
      return {
        x00200032: position.map((x, axis) => (upper ? x + 1.6 * normal[axis] : x).toFixed(4)).join('\\'),
      };
    });
    const { serious, dwi } = await examined(brought(odd));
    expect(serious).toMatch(/not evenly spaced|sheared/);
    expect(dwi?.grid.shape[2]).toBeGreaterThanOrEqual(38);
  });

  it.each(['one_direction_called_iso', 'protocol_iso_single_direction'])(
    'of one direction is none of a trace, whatever "iso" says: %s',
    async (name) => {
      const { dwi, serious, proposal } = await examinedFolder(name);
      expect(dwi).not.toBeNull();
      expect(serious).toContain('single gradient direction');
      expect(proposal.findings.find(({ role }) => role === 'dwi')?.confidence).not.toBe('high');
    },
  );

  it('called tensor is a DWI by its b-values', async () => {
    const { dwi, b0, choice } = await examinedFolder('ge_tensor');
    expect([dwi?.bValues?.filter((b) => b === 1000).length, b0?.id]).toEqual([6, dwi?.id]);
    expect(choice?.dwi.volumes.length).toBe(6);
  });

  it('has no b0 in a field map, whose b-value is 0 too', async () => {
    const { choice, said } = await examinedFolder('b0_from_any_series');
    expect(choice).toBeNull();
    expect(said).toContain('neither an ADC map nor a b0 image');
  });

  it('has none in a series of other voxels, whatever that is called', async () => {
    const files = changed(await unzipped('b0_from_any_series'), ({ series }) =>
      series === 2001 ? { x0008103e: 'unnamed', x00181030: 'unnamed' } : {},
    );
    const { choice } = await examined(brought(files));
    expect(choice).toBeNull();
  });

  it('of a single slice keeps its ADC map', async () => {
    const { adc, dwi } = await examinedFolder('single_slice');
    expect([dwi?.grid.shape[2], adc?.volumes]).toEqual([1, 1]);
  });

  it('is DICOM by its magic, whatever its preamble looks like', async () => {
    const { candidates } = await examinedFolder('preamble_348');
    expect(candidates.map(({ source }) => source)).toEqual(['dicom']);
  });

  it('that cannot be converted costs the others of a ZIP nothing', async () => {
    const { dwi, adc, passedOver } = await examinedFolder('zip_one_series_bad');
    expect([dwi?.bValues, adc?.volumes]).toEqual([[0, 1000], 1]);
    expect(passedOver).toMatch(/9 ep2d_diff_repeat_TRACEW: .*1 of 38 slices is missing/);
  });
});

describe.skipIf(withoutIntake)('a made volume', () => {
  it('is read as NIfTI with its affine', async () => {
    const { dwi } = await examinedFolder('sheared_slices');
    const image = await dwi?.open();
    const volume = await image?.volume(1);
    expect(volume?.affine).toEqual(dwi?.grid.affine);
    if (image?.nifti)
      expect((await readNifti(image.nifti, { volumeIndex: 0 })).affine).toEqual(dwi?.grid.affine);
  });
});
