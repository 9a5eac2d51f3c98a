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
          reference: file('Expert mask for comparison with the result; never shown to an engine.'),
          files: {
            type: 'array' as const,
            items: file(
              'Any files: images with their sidecar files, or a ZIP of them; image roles are detected.',
            ),
            description: 'Instead of, or in addition to, the fields above. The field may be repeated.',
          },
          title: { type: 'string' as const, description: 'Title of the case; not the patient’s name.' },
          b_value: {
            type: 'number' as const,
            description: 'b-value of the DWI (s/mm²), if the ADC has to be computed and no file states it.',
          },
        },
      },
    },
    'application/json': { schema: { $ref: '#/components/schemas/CaseOfUploadsInput' } },
  },
};

/** The same of `POST /dicom-web/studies`. */
export const dicomWebBody = {
  required: true,
  content: {
    'multipart/related; type="application/dicom"': {
      schema: { type: 'string' as const, format: 'binary', description: 'DICOM files, one a part.' },
    },
  },
};

/** The same of `POST /api/jobs/{jobId}/revisions`. */
export const revisionBody = {
  required: true,
  content: {
    'multipart/form-data': {
      schema: {
        type: 'object' as const,
        required: ['author', 'verdict'],
        properties: {
          author: { type: 'string' as const, maxLength: 200, description: 'Who stands behind it.' },
          verdict: { type: 'string' as const, enum: ['accepted', 'corrected', 'rejected'] },
          note: { type: 'string' as const, maxLength: 4000, description: 'What was changed, and why.' },
          parent: {
            type: 'integer' as const,
            minimum: 0,
            default: 0,
            description: 'The revision that was looked at, the newest; 0 is the engine’s own mask.',
          },
          mask: file('With corrected: NIfTI on the grid of the DWI, axes in any order, one label.'),
        },
      },
    },
    'application/json': { schema: { $ref: '#/components/schemas/RevisionRequestInput' } },
  },
};

const header = (name: string, description: string) => ({
  name,
  in: 'header' as const,
  required: true,
  description,
  schema: { type: 'string' as const },
});

/** What the tus protocol has in headers, and its pieces: no schema checks them, the protocol's own server does. */
const protocolVersion = header('Tus-Resumable', 'Version of the protocol: 1.0.0.');
const answered = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, { schema: { type: 'string' as const } }]));

type TusOperation = {
  readonly path: string;
  readonly method: 'post' | 'head' | 'patch' | 'delete';
  readonly parameters: readonly ReturnType<typeof header>[];
  readonly status: string;
  readonly headers: ReturnType<typeof answered>;
  readonly requestBody?: object;
};

export const tusOperations: readonly TusOperation[] = [
  {
    path: '/api/uploads',
    method: 'post',
    parameters: [protocolVersion],
    status: '201',
    headers: answered(['Location', 'Upload-Expires']),
  },
  {
    path: '/api/uploads/{uploadId}',
    method: 'head',
    parameters: [protocolVersion],
    status: '200',
    headers: answered(['Upload-Offset', 'Upload-Length']),
  },
  {
    path: '/api/uploads/{uploadId}',
    method: 'patch',
    parameters: [protocolVersion, header('Upload-Offset', 'Start of the chunk, in bytes.')],
    status: '204',
    headers: answered(['Upload-Offset', 'Upload-Expires']),
    requestBody: {
      required: true,
      content: {
        'application/offset+octet-stream': { schema: { type: 'string' as const, format: 'binary' } },
      },
    },
  },
  {
    path: '/api/uploads/{uploadId}',
    method: 'delete',
    parameters: [protocolVersion],
    status: '204',
    headers: {},
  },
];
