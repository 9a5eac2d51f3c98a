/**
 * How the body of POST /api/cases is documented. Its route takes a form as it comes, before any schema could see
 * it, so that this is written by hand.
 */
const file = (description: string) => ({ type: 'string' as const, format: 'binary', description });

export const uploadBody = {
  required: true,
  content: {
    'multipart/form-data': {
      schema: {
        type: 'object' as const,
        properties: {
          dwi: file('Trace image of the highest b-value: NIfTI (.nii, .nii.gz) or MetaImage (.mha).'),
          adc: file('Apparent diffusion coefficient.'),
          flair: file('FLAIR, for engines that use it.'),
          reference: file('Expert mask to compare results with; no engine sees it.'),
          files: {
            type: 'array' as const,
            items: file('Anything: images with their side-cars, a ZIP of them; what is what is found out.'),
            description:
              'Instead of the fields above, or beside them. The field may come any number of times.',
          },
          title: { type: 'string' as const, description: 'What to call the case; not the patient’s name.' },
          b_value: {
            type: 'number' as const,
            description: 'b of the DWI (s/mm²), where the ADC has to be computed and no file says it.',
          },
        },
      },
    },
    'application/json': { schema: { $ref: '#/components/schemas/CaseOfUploadsInput' } },
  },
};
