import { ImageRole } from '@atoll/contract/cases';
import type { Report as ReportAnswer } from '@atoll/contract/report';
import type { Report } from '@atoll/engines/report';
import { type CaseRole, caseRoles } from '@atoll/volume/case-files';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';

/** The contract stands by itself, for clients; what it says of the domain must be what the domain says. */
describe('the contract and the domain', () => {
  it('know the same roles of images', () => {
    expect(ImageRole.options).toEqual([...caseRoles]);
    expectTypeOf<z.infer<typeof ImageRole>>().toEqualTypeOf<CaseRole>();
  });

  it('agree on a report: what the contract reads is what the run of a case wrote, field by field', () => {
    expectTypeOf<keyof ReportAnswer>().toEqualTypeOf<keyof Report>();
    expectTypeOf<keyof ReportAnswer['lesions'][number]>().toEqualTypeOf<keyof Report['lesions'][number]>();
    expectTypeOf<keyof ReportAnswer['provenance']>().toEqualTypeOf<keyof Report['provenance']>();
    expectTypeOf<ReportAnswer['metrics']['status']>().toEqualTypeOf<Report['metrics']['status']>();
  });
});
