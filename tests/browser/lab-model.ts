import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelShelf } from '@atoll/models/shelf';
import { makePhantomFiles } from '@atoll/phantom/case-files';
import { axialGrid } from '@atoll/phantom/grids';
import { phantomCases } from '@atoll/phantom/specs';
import { infarctNetwork, writeModelFolder } from '../../packages/models/test/small-model.ts';
import { ensureOnnxRuntime } from '../../scripts/onnx-runtime.ts';
import { type RunningAtoll, startAtoll } from './atoll.ts';

/** A service with ONNX Runtime and a model of a lab's own, and the model's folder as the lab has it. */
export type LabService = RunningAtoll & {
  readonly dataDir: string;
  readonly modelFolder: string;
  remove(): Promise<void>;
};

export async function startLabService(): Promise<LabService> {
  const dataDir = mkdtempSync(join(tmpdir(), 'atoll-browser-models-'));
  symlinkSync(await ensureOnnxRuntime(), join(dataDir, 'onnxruntime'));
  const patch = [24, 40, 40];
  const modelFolder = writeModelFolder({ patch, spacingMm: [5, 4, 4], mirrorAxes: [2] }, [
    { ...infarctNetwork, patch },
  ]);
  const shelf = new ModelShelf(join(dataDir, 'models'));
  await shelf.add(modelFolder, { acceptsLicence: true, replaces: false });
  const service = await startAtoll({ ATOLL_DATA_DIR: dataDir });
  return {
    ...service,
    dataDir,
    modelFolder,
    remove: async () => {
      await service.stop();
      for (const folder of [dataDir, modelFolder]) rmSync(folder, { recursive: true });
    },
  };
}

/** Paths of the DWI and ADC of a head with one large infarct, in a folder of their own. */
export async function writeImages(): Promise<{ readonly dwi: string; readonly adc: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-browser-images-'));
  const { dwi, adc } = await makePhantomFiles({
    ...phantomCases[0].spec,
    grid: axialGrid([56, 64, 30], [4, 4, 5], { x: 'L', y: 'A' }, [0, -17, 10]),
  });
  const paths = { dwi: join(folder, 'dwi.nii.gz'), adc: join(folder, 'adc.nii.gz') };
  writeFileSync(paths.dwi, dwi);
  writeFileSync(paths.adc, adc);
  return paths;
}
