import { expect, it } from 'vitest';
import { readBlock } from './event-reader.ts';

it('an event is read with its name and its lines, and a remark is none', () => {
  expect(readBlock('id: 3\nevent: job\ndata: {"a":\ndata: 1}')).toEqual({ name: 'job', data: '{"a":\n1}' });
  expect(readBlock('data:x')).toEqual({ name: 'message', data: 'x' });
  expect(readBlock(': still here')).toEqual({ name: 'message', data: '' });
});
