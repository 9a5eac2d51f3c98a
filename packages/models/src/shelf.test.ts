import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { writeOnnx } from '../test/onnx-writer.ts';
import { infarctNetwork, writeModelFolder } from '../test/small-model.ts';
import type { GivenDescription } from './description.ts';
import { descriptionName } from './description-name.ts';
import { checkFolds } from './model-folder.ts';
import { ModelShelf } from './shelf.ts';
import { withUnpackedModel } from './unpacked-model.ts';

const scratch = (name: string) => mkdtempSync(join(tmpdir(), `atoll-${name}-`));
const accepted = { acceptsLicence: true, replaces: false };

describe('the shelf of models', () => {
  it('keeps a model with the licence that was accepted, and gives it back', async () => {
    const shelf = new ModelShelf(scratch('shelf'));
    await shelf.add(writeModelFolder(), accepted);
    const { model, acceptance, folder } = shelf.find('small');
    expect(model.title).toBe('Small model');
    expect(acceptance.licence).toBe('CC-BY-4.0');
    expect(readdirSync(folder).toSorted()).toEqual(['accepted.json', descriptionName, 'fold_0.onnx']);
    expect(shelf.list().models.map(({ model: { id } }) => id)).toEqual(['small']);
    await shelf.remove('small');
    expect(shelf.list()).toEqual({ models: [], broken: [] });
    expect(readdirSync(shelf.folder)).toEqual([]);
  });

  it.each<[string, Partial<GivenDescription>, Parameters<typeof writeModelFolder>[1], string, string]>([
    [
      'of other channels than the description',
      { inputs: [{ role: 'dwi', normalisation: { scheme: 'z-score' } }] },
      undefined,
      'MODEL_CHANNELS',
      'takes 2 channels',
    ],
    [
      'of other outputs',
      { output: { kind: 'softmax', channels: 3, marked: [1] } },
      undefined,
      'MODEL_CHANNELS',
      'gives 2 channels',
    ],
    ['for another patch', { patch: [8, 16, 32] }, undefined, 'MODEL_INVALID', '1 × 2 × 8 × 16 × 16'],
    [
      'of slices where volumes are meant',
      {},
      [{ ...infarctNetwork, patch: [16, 16] }],
      'MODEL_CHANNELS',
      'dimensions',
    ],
    [
      'with operations of its own',
      {},
      [{ ...infarctNetwork, strange: { type: 'Conjure', domain: 'lab.example' } }],
      'MODEL_UNSUPPORTED',
      'lab.example',
    ],
    ['that is no ONNX file', {}, [Uint8Array.of(1, 2, 3, 4)], 'MODEL_INVALID', 'not an ONNX model'],
    [
      'that is cut off',
      {},
      [writeOnnx(infarctNetwork).subarray(0, 120)],
      'MODEL_INVALID',
      'not an ONNX model',
    ],
    [
      'with a file that is another one',
      { folds: [{ file: 'fold_0.onnx', sha256: 'f'.repeat(64) }] },
      undefined,
      'MODEL_DAMAGED',
      'fold_0.onnx',
    ],
    [
      'with a file that is not there',
      { folds: [{ file: 'fold_9.onnx', sha256: 'f'.repeat(64) }] },
      undefined,
      'MODEL_INVALID',
      'no fold_9.onnx',
    ],
    [
      'whose files lie elsewhere',
      { folds: [{ file: '../fold_0.onnx', sha256: 'f'.repeat(64) }] },
      undefined,
      'MODEL_INVALID',
      'folds.0.file',
    ],
    [
      'under the name of an engine of Atoll’s own',
      { id: 'diffusion' },
      undefined,
      'MODEL_EXISTS',
      'diffusion',
    ],
    [
      'that marks the background',
      { output: { kind: 'softmax', channels: 2, marked: [0] } },
      undefined,
      'MODEL_INVALID',
      'background',
    ],
    ['of a direction that is none', { orientation: 'LLS' }, undefined, 'MODEL_INVALID', 'orientation'],
  ])(
    'refuses a model %s, and leaves nothing behind',
    async (_what, description, networks, code, sentence) => {
      const shelf = new ModelShelf(scratch('shelf'));
      const refused = shelf.add(writeModelFolder(description, networks), accepted);
      await expect(refused).rejects.toMatchObject({ code, message: expect.stringContaining(sentence) });
      expect(readdirSync(shelf.folder, { recursive: true })).toEqual([]);
    },
  );

  it('adds no model whose licence was not accepted, and says which licence it is', async () => {
    const shelf = new ModelShelf(scratch('shelf'));
    await expect(shelf.add(writeModelFolder(), { ...accepted, acceptsLicence: false })).rejects.toMatchObject(
      {
        code: 'MODEL_LICENCE_NOT_ACCEPTED',
        message: expect.stringContaining('CC-BY-4.0'),
      },
    );
  });

  it('takes a licence that changed since for one that was not accepted', async () => {
    const shelf = new ModelShelf(scratch('shelf'));
    const { folder, model } = await shelf.add(writeModelFolder(), accepted);
    writeFileSync(join(folder, descriptionName), JSON.stringify({ ...model, licence: 'proprietary' }));
    expect(() => shelf.find('small')).toThrow(
      expect.objectContaining({ code: 'MODEL_LICENCE_NOT_ACCEPTED' }),
    );
    expect(shelf.list()).toMatchObject({ models: [], broken: [{ id: 'small' }] });
  });

  it('replaces a model only where that is asked for', async () => {
    const shelf = new ModelShelf(scratch('shelf'));
    await shelf.add(writeModelFolder(), accepted);
    const newer = writeModelFolder({ version: '2' });
    await expect(shelf.add(newer, accepted)).rejects.toMatchObject({ code: 'MODEL_EXISTS' });
    await shelf.add(newer, { ...accepted, replaces: true });
    expect(shelf.find('small').model.version).toBe('2');
  });

  it('knows no model by a path', () => {
    const shelf = new ModelShelf(scratch('shelf'));
    expect(() => shelf.find('../shelf')).toThrow(expect.objectContaining({ code: 'MODEL_UNKNOWN' }));
  });

  it('does not follow a link out of a model’s folder', async () => {
    const elsewhere = writeModelFolder();
    const folder = scratch('links');
    copyFileSync(join(elsewhere, 'fold_0.onnx'), join(folder, 'fold_0.onnx'));
    symlinkSync(join(elsewhere, descriptionName), join(folder, descriptionName));
    await expect(new ModelShelf(scratch('shelf')).add(folder, accepted)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
    });
  });

  it('notices a network that was changed after it was added', async () => {
    const shelf = new ModelShelf(scratch('shelf'));
    const { folder, model } = await shelf.add(writeModelFolder(), accepted);
    writeFileSync(join(folder, 'fold_0.onnx'), writeOnnx({ ...infarctNetwork, opset: 16 }));
    await expect(checkFolds(folder, model)).rejects.toMatchObject({ code: 'MODEL_DAMAGED' });
  });
});

describe('a model in a ZIP', () => {
  const zipped = (entries: Readonly<Record<string, Uint8Array>>) => {
    const path = join(scratch('zip'), 'model.zip');
    writeFileSync(path, zipSync(entries));
    return path;
  };
  const source = writeModelFolder();
  const description = readFileSync(join(source, descriptionName));
  const network = readFileSync(join(source, 'fold_0.onnx'));

  it('is added from its top or from its one folder, and the folder that it was unpacked to is gone after', async () => {
    for (const prefix of ['', 'lab-model/']) {
      const path = zipped({
        [`${prefix}${descriptionName}`]: description,
        [`${prefix}fold_0.onnx`]: network,
        'notes.txt': network,
      });
      const shelf = new ModelShelf(scratch('shelf'));
      let unpacked = '';
      await withUnpackedModel(path, async (folder) => {
        unpacked = folder;
        expect(readdirSync(folder).toSorted()).toEqual([descriptionName, 'fold_0.onnx']);
        await shelf.add(folder, accepted);
      });
      expect(shelf.find('small').model.id).toBe('small');
      expect(existsSync(unpacked)).toBe(false);
    }
  });

  it.each<[string, Readonly<Record<string, Uint8Array>>]>([
    ['names lead out of it', { '../atoll-model.json': description, '../fold_0.onnx': network }],
    ['holds two models', { 'a/atoll-model.json': description, 'b/atoll-model.json': description }],
    ['holds none', { 'fold_0.onnx': network }],
  ])('is refused where it %s', async (_what, entries) => {
    const refused = withUnpackedModel(zipped(entries), async () => undefined);
    await expect(refused).rejects.toMatchObject({ code: 'MODEL_INVALID' });
  });

  it('is refused where it is no ZIP', async () => {
    const path = join(scratch('zip'), 'model.zip');
    writeFileSync(path, network);
    await expect(withUnpackedModel(path, async () => undefined)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
    });
  });
});
