import { AtollError } from '@atoll/errors/error';
import { describe, expect, it } from 'vitest';
import { Places } from './places.ts';

const places = () =>
  new Places({
    all: 3,
    allTaken: () => new AtollError('UPLOADS_BUSY'),
    perClient: 2,
    ownTaken: () => new AtollError('TOO_MANY_UPLOADS'),
  });

describe('places', () => {
  it('are not all one client’s, and are taken again when they are given back', () => {
    const some = places();
    const [leave] = [some.take('one'), some.take('one')];
    expect(() => some.take('one')).toThrow(expect.objectContaining({ code: 'TOO_MANY_UPLOADS' }));
    some.take('another');
    expect(() => some.take('third')).toThrow(expect.objectContaining({ code: 'UPLOADS_BUSY' }));
    leave();
    // Twice is once.
    leave();
    some.take('third');
    expect(() => some.take('fourth')).toThrow(expect.objectContaining({ code: 'UPLOADS_BUSY' }));
  });
});
