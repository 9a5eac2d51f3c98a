import { setTimeout as sleep } from 'node:timers/promises';
import { compareMasks } from '@atoll/volume/metrics';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StandIn } from '../../test/deepisles-stand-in/stand-in.ts';
import { coarseGrid, lasGrid, leftInfarct, makeHead, obliqueGrid } from '../../test/head.ts';
import type { Progress, SegmentOptions, Study } from '../engine.ts';
import { measureLesions } from '../measure.ts';
import { DeepIslesEngine } from './engine.ts';
import type { DeepIslesOptions } from './examine.ts';
import { pinnedImage } from './image.ts';

const head = makeHead(coarseGrid, [leftInfarct]);
const plain: Study = { dwi: head.dwi, adc: head.adc };
const withFlair: Study = { ...plain, flair: head.dwi };

describe('DeepISLES in a container, by a stand-in of docker', () => {
  let machine: StandIn;
  beforeEach(() => {
    machine = new StandIn();
  });
  afterEach(() => machine.remove());

  const open = (options: DeepIslesOptions = {}) =>
    new DeepIslesEngine({
      env: machine.env,
      folder: machine.data,
      leasePrefix: machine.folder,
      pauseMs: 20,
      ...options,
    });
  const segment = (study: Study, options: SegmentOptions = {}, engine = open()) =>
    engine.segment(study, options);
  const codes = (warnings: readonly { code: string }[]) => warnings.map(({ code }) => code);
  /** The one `run` that took place, with what differs by chance replaced. */
  const runCall = (at = 0) =>
    machine
      .calls()
      .filter(([, what]) => what === 'run')
      [at].map((arg) =>
        arg
          .replace(/(?<=deepisles-|run-)[0-9a-f]{16}/, 'ID')
          .replace(/source=.*(?=\/run-ID)/, 'source=SCRATCH'),
      );

  const fixed = (gpu = 0) => [
    'docker',
    'run',
    '--rm',
    '--pull=never',
    '--name=atoll-deepisles-ID',
    `--label=org.atoll.deepisles.gpu=${gpu}`,
    `--gpus=device=${gpu}`,
    '--env=PYTHONUNBUFFERED=1',
    '--mount=type=bind,source=SCRATCH/run-ID,target=/app/data',
    pinnedImage,
    '--dwi_file_name',
    'dwi.nii.gz',
    '--adc_file_name',
    'adc.nii.gz',
  ];
  const flair = ['--flair_file_name', 'flair.nii.gz'];

  describe('its command line', () => {
    it.each<[string, Study, string, string[], string[]]>([
      // --parallelize turns parallelism off.
      ['fast', plain, 'fast', [], ['--fast', '--parallelize']],
      ['fast, of a case with FLAIR', withFlair, 'fast', [], ['--fast', '--parallelize']],
      ['auto without FLAIR', plain, 'auto', [], ['--fast', '--parallelize']],
      ['auto with FLAIR', withFlair, 'auto', [], [...flair, '--save_team_outputs', '--parallelize']],
      ['parallel', withFlair, 'ensemble', ['parallel'], [...flair, '--save_team_outputs']],
      [
        'everything',
        withFlair,
        'ensemble',
        ['skull-strip', 'team-outputs', 'mni', 'parallel'],
        [...flair, '--skull_strip', '--save_team_outputs', '--results_mni'],
      ],
      [
        'fast with the skull stripped',
        withFlair,
        'fast',
        ['skull-strip'],
        [...flair, '--fast', '--skull_strip', '--parallelize'],
      ],
    ])('is the documented one for %s', async (_, study, preset, options, tail) => {
      await segment(study, { preset, options });
      expect(runCall()).toEqual([...fixed(), ...tail]);
    });

    it('speaks to podman by its own words', async () => {
      machine.uninstall('docker');
      machine.install('docker.sh', 'podman');
      machine.install('nvidia-smi.sh', 'nvidia-ctk');
      machine.write('images', `docker.io/${pinnedImage}\n`);
      await segment(plain, { preset: 'fast' }, open({ network: 'none' }));
      const own = fixed().map((arg) =>
        arg === 'docker' ? 'podman' : arg === pinnedImage ? `docker.io/${pinnedImage}` : arg,
      );
      own.splice(
        own.indexOf('--gpus=device=0'),
        1,
        '--device=nvidia.com/gpu=0',
        '--security-opt=label=disable',
        '--network=none',
      );
      expect(runCall()).toEqual([...own, '--fast', '--parallelize']);
    });
  });

  describe.each([
    ['whose first axis runs to the left', lasGrid],
    ['that is oblique', obliqueGrid],
  ])('on a grid %s', (_, grid) => {
    const turned = makeHead(grid, [leftInfarct]);

    it('finds the left lesion on the left, with the ADC from another grid and in another unit', async () => {
      const other = makeHead(lasGrid, [leftInfarct]);
      const adc = { ...other.adc, data: other.adc.data.map((value) => value * 1e-3) };
      const { mask, brain, parameters } = await segment({ dwi: turned.dwi, adc }, { preset: 'fast' });
      expect(compareMasks(mask, turned.truth).dice).toBeGreaterThan(0.9);
      const { lesions } = measureLesions({ mask, adc, brain });
      expect(lesions[0].side).toBe('left');
      // The stand-in marks ADC below 0.6: it was given 10⁻³ mm²/s.
      expect(parameters.adcUnitFactor).toBe(1e6);
    });
  });

  it('gives what each model marked, and how many of them did, where that is asked for', async () => {
    const { mask, overlays = [] } = await segment(withFlair, {
      preset: 'ensemble',
      options: ['team-outputs'],
    });
    expect(overlays.map(({ id, isCount = false }) => [id, isCount])).toEqual([
      ['seals', false],
      ['nvauto', false],
      ['factorizer', false],
      ['agreement', true],
    ]);
    const [seals, nvauto, swan, agreement] = overlays.map((overlay) => overlay.mask.data);
    expect(seals).toEqual(mask.data);
    expect(agreement).toEqual(seals.map((value, at) => value + nvauto[at] + swan[at]));
    expect(new Set(agreement)).toEqual(new Set([0, 2, 3]));
    expect((await segment(withFlair, { preset: 'ensemble' })).overlays).toEqual([]);
  });

  it('gives the mask in MNI space as a further file', async () => {
    const { extras } = await segment(withFlair, { options: ['mni'] });
    expect([...(extras?.keys() ?? [])]).toEqual(['lesion-msk-mni']);
  });

  it('says how it came about: image, digest, way, GPU, options, hashes', async () => {
    const { parameters } = await segment(plain, { preset: 'fast' });
    const hash = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(parameters).toMatchObject({
      preset: 'fast',
      mode: 'fast',
      way: 'container',
      runtime: 'docker 27.3.1',
      image: pinnedImage,
      imageDigest: pinnedImage.split('@')[1],
      imageId: 'sha256:0123abcd',
      gpu: 'Tesla T4',
      driver: '535.104.05',
      parallel: false,
      'sha256 of dwi.nii.gz as given': hash,
      'sha256 of adc.nii.gz as given': hash,
      'sha256 of lesion_msk.nii.gz as answered': hash,
    });
  });

  it('warns that one model ran where there is no FLAIR and the preset left it open', async () => {
    expect(codes((await segment(plain)).warnings)).toContain('ONE_MODEL_ONLY');
    expect(codes((await segment(plain, { preset: 'fast' })).warnings)).not.toContain('ONE_MODEL_ONLY');
  });

  it.each([
    ['ensemble', []],
    ['auto', ['skull-strip']],
    ['fast', ['mni']],
  ])('refuses %s %j without FLAIR, before anything is started', async (preset, options) => {
    const wish = { preset, options, hasFlair: false };
    expect(() => open().check(wish)).toThrow(expect.objectContaining({ code: 'STUDY_NO_FLAIR' }));
    await expect(segment(plain, { preset, options })).rejects.toMatchObject({ code: 'STUDY_NO_FLAIR' });
    expect(machine.calls()).toEqual([]);
  });

  it('leaves no folder and no container behind, whatever the end', async () => {
    await segment(plain);
    machine.faults('crash');
    await expect(segment(plain)).rejects.toMatchObject({ code: 'ENGINE_FAILED' });
    machine.faults('no-toolkit');
    await expect(segment(plain)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    expect(machine.leftovers()).toEqual([]);
    expect(machine.containers()).toEqual([]);
  });

  describe('an output that is not what it should be', () => {
    it('of zeros with exit code 0 is never told as “no lesion”, and the log is kept', async () => {
      machine.faults('all-zero');
      const { mask, warnings } = await segment(plain, { preset: 'fast' });
      expect(mask.data.includes(1)).toBe(false);
      const warning = warnings.find(({ code }) => code === 'MASK_EMPTY');
      expect(warning?.severity).toBe('serious');
      expect(warning?.message).toContain('does not mean that there is no lesion');
      expect(machine.logs()).toEqual([expect.stringContaining('Running SEALS algorithm ...')]);
      // Without its colours.
      expect(machine.logs()[0]).not.toContain('\x1b');
    });

    it('of zeros after an error in the log fails the job', async () => {
      machine.faults('all-zero-error');
      const failed = segment(plain, { preset: 'fast' });
      await expect(failed).rejects.toMatchObject({ code: 'ENGINE_FAILED' });
      await expect(failed).rejects.toThrow(/the model failed.*deepisles\/logs\/[0-9a-f]{16}\.log/);
      expect(machine.logs()[0]).toContain('NCCL error');
    });

    it.each([
      ['no-mask', 'without a mask'],
      ['not-binary', 'values other than 0 and 1'],
    ])('(%s) fails the job, although another image lies beside it', async (fault, words) => {
      machine.faults(fault);
      const failed = segment(plain);
      await expect(failed).rejects.toMatchObject({ code: 'ENGINE_FAILED' });
      await expect(failed).rejects.toThrow(words);
    });

    it('on another grid is moved onto the DWI’s by its affine, with a warning', async () => {
      machine.faults('flipped');
      const { mask, warnings } = await segment(plain);
      expect(compareMasks(mask, head.truth).dice).toBeGreaterThan(0.9);
      expect(codes(warnings)).toContain('MASK_RESAMPLED');
    });

    it('that is not UTF-8 harms nothing', async () => {
      machine.faults('non-utf8', 'all-zero');
      await segment(plain);
      expect(machine.logs()[0]).toContain('f���\ng\n');
    });
  });

  describe('the models of the ensemble', () => {
    it('that fail without a word are told: the mask is SEALS’ alone', async () => {
      machine.faults('nvauto-dies');
      const { warnings, quality } = await segment(withFlair, { preset: 'auto' });
      const warning = warnings.find(({ code }) => code === 'NOT_THE_ENSEMBLE');
      expect(warning).toMatchObject({ severity: 'serious', message: expect.stringContaining('NVAUTO') });
      expect(quality.find(({ name }) => name === 'models')?.value).toBe(1);
      // Who asked for the ensemble gets nothing less.
      await expect(segment(withFlair, { preset: 'ensemble' })).rejects.toMatchObject({
        code: 'ENGINE_FAILED',
      });
    });

    it('are told when one marks nothing where others do', async () => {
      machine.faults('seals-crash');
      const { warnings } = await segment(withFlair);
      expect(codes(warnings)).toContain('EMPTY_SEALS');
    });
  });

  describe('memory', () => {
    it('short for all models at once: they run once more, one after the other', async () => {
      machine.faults('oom-parallel');
      const { warnings, parameters } = await segment(withFlair, {
        preset: 'ensemble',
        options: ['parallel'],
      });
      expect(machine.runs().map(({ parallel }) => parallel)).toEqual([true, false]);
      expect(runCall(0)).not.toContain('--parallelize');
      expect(runCall(1)).toContain('--parallelize');
      expect(codes(warnings)).toContain('RETRIED_SERIALLY');
      expect(parameters.parallel).toBe(false);
    });

    it('short all the same: the job says so, and is not tried for ever', async () => {
      machine.faults('oom');
      await expect(segment(withFlair, { options: ['parallel'] })).rejects.toMatchObject({
        code: 'ENGINE_OUT_OF_MEMORY',
      });
      expect(machine.runs()).toHaveLength(2);
      machine.faults('killed');
      await expect(segment(plain)).rejects.toMatchObject({ code: 'ENGINE_OUT_OF_MEMORY' });
      expect(machine.runs()).toHaveLength(3);
    });

    it('below 12 GB free: not in parallel, although asked for', async () => {
      machine.gpus([{ free: 12_287 }]);
      const { warnings } = await segment(withFlair, { options: ['parallel'] });
      expect(runCall()).toContain('--parallelize');
      expect(codes(warnings)).toContain('NOT_PARALLEL');
      machine.gpus([{ free: 12_288 }]);
      await segment(withFlair, { options: ['parallel'] });
      expect(runCall(1)).not.toContain('--parallelize');
    });

    it('chooses the GPU: the one with most of it free, among those that are allowed', async () => {
      machine.gpus([{ free: 3000 }, { free: 14_000 }, { free: 9000 }]);
      await segment(plain, { preset: 'fast' });
      expect(runCall()).toEqual([...fixed(1), '--fast', '--parallelize']);
      await segment(plain, { preset: 'fast' }, open({ gpus: [0, 2] }));
      expect(runCall(1)).toContain('--gpus=device=2');
    });
  });

  describe('a container that hangs', () => {
    const hang = async (act: (engine: DeepIslesEngine, controller: AbortController) => Promise<unknown>) => {
      machine.faults('hang');
      const controller = new AbortController();
      const engine = open();
      const running = engine.segment(plain, { signal: controller.signal });
      running.catch(() => undefined);
      while (machine.runs().length === 0) await sleep(20);
      await act(engine, controller);
      return running;
    };

    it('is itself stopped by a cancel or a timeout, not its client alone', async () => {
      let pid = 0;
      const running = hang(async (_, controller) => {
        pid = machine.pidOf(machine.containers()[0]);
        controller.abort();
      });
      await expect(running).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
      expect(machine.isAlive(pid)).toBe(false);
      const [[, , name]] = machine.calls('docker', 'kill');
      expect(name).toMatch(/^atoll-deepisles-[0-9a-f]{16}$/);
      expect(machine.containers()).toEqual([]);
      expect(machine.leftovers()).toEqual([]);
    });

    it('does not outlive a client that is killed, and the job fails', async () => {
      const running = hang(async () => {
        const client = clientOf(machine);
        process.kill(client, 'SIGKILL');
      });
      await expect(running).rejects.toMatchObject({ code: 'ENGINE_FAILED' });
      expect(machine.containers()).toEqual([]);
    });

    it('has its GPU alone: the next run waits, and starts when it is stopped', async () => {
      const told: Progress[] = [];
      const first = hang(async (engine, controller) => {
        const second = engine.segment(plain, { onProgress: (progress) => told.push(progress) });
        while (!told.some(({ stage }) => stage === 'wait')) await sleep(20);
        expect(machine.containers()).toHaveLength(1);
        machine.faults();
        controller.abort();
        expect((await second).mask.data.includes(1)).toBe(true);
      });
      await expect(first).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
      expect(told.find(({ stage }) => stage === 'wait')?.message).toContain('another run is using it');
    });
  });

  it('removes containers and folders that a crash left, and lets those of the living be', async () => {
    machine.faults('hang');
    const controller = new AbortController();
    const dead = open({ leasePrefix: `${machine.folder}-gone` });
    const orphan = dead.segment(plain, { signal: controller.signal });
    orphan.catch(() => undefined);
    while (machine.runs().length === 0) await sleep(20);
    const [container] = machine.containers();
    // Somebody lives who holds the GPU: as long as that is so, nothing is an orphan.
    await open({ leasePrefix: `${machine.folder}-gone` }).recover();
    expect(machine.containers()).toEqual([container]);
    expect(machine.leftovers()).toHaveLength(1);
    // Under another name nobody holds it, as when its process died.
    await open().recover();
    expect(machine.containers()).toEqual([]);
    controller.abort();
    await expect(orphan).rejects.toMatchObject({ code: expect.stringMatching(/JOB_CANCELLED|ENGINE/) });
  });

  it('tells real signs as they come, and calls the rest an estimate', async () => {
    const told: Progress[] = [];
    await segment(withFlair, { onProgress: (progress) => told.push(progress) });
    const stages = [...new Set(told.map(({ stage }) => stage))];
    expect(stages).toEqual(['prepare', 'models', 'vote', 'collect']);
    const fractions = told.map(({ fraction }) => fraction);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  });

  describe('preflight', () => {
    it('is well where everything is there, and starts no container and fetches nothing to know', async () => {
      expect(await open().availability()).toEqual({ usable: true });
      expect(machine.calls('docker', 'run')).toEqual([]);
      expect(machine.calls('docker', 'pull')).toEqual([]);
    });

    it.each<[string, (there: StandIn) => void, RegExp, RegExp]>([
      [
        'nvidia-smi',
        (there) => there.uninstall('nvidia-smi'),
        /nvidia-smi was not found on the path/,
        /embedded engine/,
      ],
      [
        'docker',
        (there) => there.uninstall('docker'),
        /docker was not found on the path/,
        /Install and start/,
      ],
      [
        'the right to use docker',
        (there) => there.faults('no-permission'),
        /permission denied/,
        /usermod -aG docker/,
      ],
      [
        'the toolkit',
        (there) => there.write('info.json', '{"Runtimes":{"runc":{}}}'),
        /access to a GPU/,
        /nvidia-ctk/,
      ],
      [
        'the image',
        (there) => there.write('images', ''),
        /not on this machine/,
        /atoll engines pull deepisles/,
      ],
      ['memory', (there) => there.gpus([{ free: 2000, total: 2048 }]), /less than 4 GB/, /more/],
    ])('says what to do where %s is missing', async (_, spoil, reason, cure) => {
      spoil(machine);
      const availability = await open().availability();
      expect(availability).toEqual({
        usable: false,
        reason: expect.stringMatching(reason),
        cure: expect.stringMatching(cure),
      });
      await expect(segment(plain)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
      expect(machine.calls('docker', 'run')).toEqual([]);
    });

    it.each([
      ['no-toolkit', /NVIDIA Container Toolkit/],
      ['folder-unseen', /ATOLL_DATA_DIR/],
      ['image-gone', /atoll engines pull deepisles/],
      ['no-nvidia-smi', /no nvidia-smi in its environment/],
    ])('can be outrun by events (%s): the job says what to do', async (fault, words) => {
      machine.faults(fault);
      const failed = segment(plain);
      await expect(failed).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
      await expect(failed).rejects.toThrow(words);
    });
  });

  describe('the pull of the image', () => {
    it('shows how it goes, and makes the engine usable', async () => {
      machine.write('images', '');
      const engine = open();
      expect((await engine.availability()).usable).toBe(false);
      const lines: string[] = [];
      await engine.install(new AbortController().signal, (line) => lines.push(line));
      expect(machine.calls('docker', 'pull')).toEqual([['docker', 'pull', pinnedImage]]);
      expect(lines).toContain('3c4d: Pull complete');
      expect((await engine.availability()).usable).toBe(true);
    });

    it('that is slow can be stopped', async () => {
      machine.write('images', '');
      machine.faults('slow-pull');
      const controller = new AbortController();
      const pull = open().install(controller.signal, () => controller.abort());
      await expect(pull).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    });

    it('that fails says what docker said', async () => {
      machine.write('images', '');
      machine.faults('no-network');
      const pull = open().install(new AbortController().signal, () => undefined);
      await expect(pull).rejects.toThrow('no such host');
    });
  });
});

/** The process of `docker run`. */
function clientOf(machine: StandIn): number {
  return Number(machine.read('client'));
}
