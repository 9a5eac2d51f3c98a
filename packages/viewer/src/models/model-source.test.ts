import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { modelAmong } from './model-source.ts';

const at = (path: string, content: Uint8Array<ArrayBuffer> = new Uint8Array(1)) => ({
  path,
  file: new File([content], path.split('/').at(-1) ?? ''),
});
const zipped = (...names: string[]) =>
  new Uint8Array(zipSync(Object.fromEntries(names.map((name) => [name, new Uint8Array(1)]))));

describe('a model among files that were chosen or dropped', () => {
  it.each([
    ['a folder', 'lab/'],
    ['files alone', ''],
  ])('is found in %s, with what lies beside its description and nothing else', async (_what, folder) => {
    const names = ['atoll-model.json', 'fold_0.onnx'];
    const found = await modelAmong([
      at('elsewhere/notes.txt'),
      ...names.map((name) => at(`${folder}${name}`)),
      at(`${folder}deeper/fold_0.onnx`),
    ]);
    expect(found?.kind === 'files' && [...found.files.keys()].filter((name) => name !== 'notes.txt')).toEqual(
      names,
    );
  });

  it('is found in a ZIP by its directory, at its top or in its one folder', async () => {
    for (const name of ['atoll-model.json', 'lab/atoll-model.json']) {
      const found = await modelAmong([at('images.zip', zipped('dwi.nii.gz')), at('lab.zip', zipped(name))]);
      expect(found).toMatchObject({ kind: 'zip', name: 'lab.zip' });
    }
  });

  it('is not taken for one where there are images, or a ZIP that is none', async () => {
    expect(
      await modelAmong([at('dwi.nii.gz'), at('study.zip', zipped('dwi.nii.gz')), at('a.zip')]),
    ).toBeNull();
  });
});
