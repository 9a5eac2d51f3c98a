import { describe, expect, it } from 'vitest';
import { runArguments } from './arguments.ts';
import { digestOf, pinnedImage, referenceFor, versionOf } from './image.ts';
import { planTask } from './task.ts';

describe('the image of DeepISLES', () => {
  it('is pinned by its digest, and another image is another version of the engine', () => {
    expect(digestOf(pinnedImage)).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(versionOf(pinnedImage)).toBe('1.1-848c9eceb67d');
    const others = ['isleschallenge/deepisles:latest', `own/deepisles@${digestOf(pinnedImage)}`];
    const versions = [pinnedImage, ...others].map(versionOf);
    expect(new Set(versions).size).toBe(3);
    expect(digestOf(others[0])).toBeNull();
  });

  it('has its whole name for podman, which guesses no registry', () => {
    expect(referenceFor('docker', 'a/b:1')).toBe('a/b:1');
    expect(referenceFor('podman', 'a/b:1')).toBe('docker.io/a/b:1');
    expect(referenceFor('podman', 'b')).toBe('docker.io/library/b');
    for (const whole of ['ghcr.io/a/b:1', 'localhost/b', 'host:5000/b']) {
      expect(referenceFor('podman', whole)).toBe(whole);
    }
  });

  it('is given a folder whatever is in its name', () => {
    const { task } = planTask({ preset: 'fast', options: [], hasFlair: false });
    const mountOf = (folder: string) =>
      runArguments({ runtime: 'docker', image: 'i', name: 'n', folder, gpu: 0, network: 'none', task }).find(
        (argument) => argument.startsWith('--mount'),
      );
    expect(mountOf('/a b:c')).toBe('--mount=type=bind,source=/a b:c,target=/app/data');
    expect(mountOf('/a,"b')).toBe('--mount=type=bind,"source=/a,""b",target=/app/data');
  });
});
