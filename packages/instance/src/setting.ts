import { z } from 'zod';

export type About = {
  /** For .env.example and the documentation; what it is for, in one or two sentences. */
  readonly description: string;
  /** As it would stand in the environment; '' means unset. */
  readonly fallback: string;
  readonly example?: string;
};

export const abouts = z.registry<About>();

/** A setting: how its text is read, and what it is without one. */
export function setting<Output>(reading: z.ZodType<Output, string>, about: About) {
  return reading.prefault(about.fallback).register(abouts, about);
}
