/**
 * Files of 2 × 3 × 4 voxels written by SimpleITK 2.5: an outside witness for the matrix, byte order and packing.
 * `first` are their first voxels; `affine` their direction, spacing and origin turned from LPS to RAS.
 */
export const itkFiles = [
  {
    title: '.mha of 16-bit integers, oblique',
    base64:
      'T2JqZWN0VHlwZSA9IEltYWdlCk5EaW1zID0gMwpCaW5hcnlEYXRhID0gVHJ1ZQpCaW5hcnlEYXRhQnl0ZU9yZGVyTVNCID0gRmFsc2UKQ29tcHJlc3NlZERhdGEgPSBGYWxzZQpUcmFuc2Zvcm1NYXRyaXggPSAwLjkzOTY5MjYyMDc4NTkwODQzIDAuMzQyMDIwMTQzMzI1NjY4NzEgMCAtMC4zMzAzNjYwODk1NDkzNTIxNSAwLjkwNzY3MzM3MTE5MDM2ODczIDAuMjU4ODE5MDQ1MTAyNTIwNzQgMC4wODg1MjEzMjY5MDEzNzY4NTkgLTAuMjQzMjEwMzQ2ODAxNjkzOTYgMC45NjU5MjU4MjYyODkwNjgzMQpPZmZzZXQgPSAtODAuNSAxMDAuMjUgLTQwCkNlbnRlck9mUm90YXRpb24gPSAwIDAgMApBbmF0b21pY2FsT3JpZW50YXRpb24gPSBSQUkKRWxlbWVudFNwYWNpbmcgPSAwLjkwMDAwMDAwMDAwMDAwMDAyIDEuMTAwMDAwMDAwMDAwMDAwMSA1CkRpbVNpemUgPSAyIDMgNApFbGVtZW50VHlwZSA9IE1FVF9TSE9SVApFbGVtZW50RGF0YUZpbGUgPSBMT0NBTAr7//z//f/+////AAABAAIAAwAEAAUABgAHAAgACQAKAAsADAANAA4ADwAQABEAEgA=',
    beside: null,
    affine: [
      [-0.845723, 0.363403, -0.442607, 80.5],
      [-0.307818, -0.998441, 1.216052, -100.25],
      [0.0, 0.284701, 4.829629, -40.0],
    ],
    first: [-5.0, -4.0, -3.0],
  },
  {
    title: '.mha of 32-bit floats, packed, oblique',
    base64:
      'T2JqZWN0VHlwZSA9IEltYWdlCk5EaW1zID0gMwpCaW5hcnlEYXRhID0gVHJ1ZQpCaW5hcnlEYXRhQnl0ZU9yZGVyTVNCID0gRmFsc2UKQ29tcHJlc3NlZERhdGEgPSBUcnVlCkNvbXByZXNzZWREYXRhU2l6ZSA9IDcyClRyYW5zZm9ybU1hdHJpeCA9IDAuOTM5NjkyNjIwNzg1OTA4NDMgMC4zNDIwMjAxNDMzMjU2Njg3MSAwIC0wLjMzMDM2NjA4OTU0OTM1MjE1IDAuOTA3NjczMzcxMTkwMzY4NzMgMC4yNTg4MTkwNDUxMDI1MjA3NCAwLjA4ODUyMTMyNjkwMTM3Njg1OSAtMC4yNDMyMTAzNDY4MDE2OTM5NiAwLjk2NTkyNTgyNjI4OTA2ODMxCk9mZnNldCA9IC04MC41IDEwMC4yNSAtNDAKQ2VudGVyT2ZSb3RhdGlvbiA9IDAgMCAwCkFuYXRvbWljYWxPcmllbnRhdGlvbiA9IFJBSQpFbGVtZW50U3BhY2luZyA9IDAuOTAwMDAwMDAwMDAwMDAwMDIgMS4xMDAwMDAwMDAwMDAwMDAxIDUKRGltU2l6ZSA9IDIgMyA0CkVsZW1lbnRUeXBlID0gTUVUX0ZMT0FUCkVsZW1lbnREYXRhRmlsZSA9IExPQ0FMCnheHcExEYNQEAXAlYCESEAB9yQgAQlIuJKSMiVK+EiJFGaySw8yMOjbXy8oUnRxFU/xK4QpfMIcEtawhT10OMIZvnkBK4wQZA==',
    beside: null,
    affine: [
      [-0.845723, 0.363403, -0.442607, 80.5],
      [-0.307818, -0.998441, 1.216052, -100.25],
      [0.0, 0.284701, 4.829629, -40.0],
    ],
    first: [-1.0, -0.75, -0.5],
  },
  {
    title: '.mhd of unsigned 16-bit integers with .raw, first axis to the left',
    base64:
      'T2JqZWN0VHlwZSA9IEltYWdlCk5EaW1zID0gMwpCaW5hcnlEYXRhID0gVHJ1ZQpCaW5hcnlEYXRhQnl0ZU9yZGVyTVNCID0gRmFsc2UKQ29tcHJlc3NlZERhdGEgPSBGYWxzZQpUcmFuc2Zvcm1NYXRyaXggPSAxIDAgMCAwIDEgMCAwIDAgMQpPZmZzZXQgPSAtODAuNSAxMDAuMjUgLTQwCkNlbnRlck9mUm90YXRpb24gPSAwIDAgMApBbmF0b21pY2FsT3JpZW50YXRpb24gPSBSQUkKRWxlbWVudFNwYWNpbmcgPSAwLjkwMDAwMDAwMDAwMDAwMDAyIDEuMTAwMDAwMDAwMDAwMDAwMSA1CkRpbVNpemUgPSAyIDMgNApFbGVtZW50VHlwZSA9IE1FVF9VU0hPUlQKRWxlbWVudERhdGFGaWxlID0gYy5yYXcK',
    beside: {
      name: 'c.raw',
      base64: 'BwAIAAkACgALAAwADQAOAA8AEAARABIAEwAUABUAFgAXABgAGQAaABsAHAAdAB4A',
    },
    affine: [
      [-0.9, 0.0, 0.0, 80.5],
      [0.0, -1.1, 0.0, -100.25],
      [0.0, 0.0, 5.0, -40.0],
    ],
    first: [7.0, 8.0, 9.0],
  },
  {
    title: '.mhd of 64-bit floats with .zraw, first axis to the right',
    base64:
      'T2JqZWN0VHlwZSA9IEltYWdlCk5EaW1zID0gMwpCaW5hcnlEYXRhID0gVHJ1ZQpCaW5hcnlEYXRhQnl0ZU9yZGVyTVNCID0gRmFsc2UKQ29tcHJlc3NlZERhdGEgPSBUcnVlCkNvbXByZXNzZWREYXRhU2l6ZSA9IDc1ClRyYW5zZm9ybU1hdHJpeCA9IC0xIDAgMCAwIC0xIDAgMCAwIDEKT2Zmc2V0ID0gLTgwLjUgMTAwLjI1IC00MApDZW50ZXJPZlJvdGF0aW9uID0gMCAwIDAKQW5hdG9taWNhbE9yaWVudGF0aW9uID0gTFBJCkVsZW1lbnRTcGFjaW5nID0gMC45MDAwMDAwMDAwMDAwMDAwMiAxLjEwMDAwMDAwMDAwMDAwMDEgNQpEaW1TaXplID0gMiAzIDQKRWxlbWVudFR5cGUgPSBNRVRfRE9VQkxFCkVsZW1lbnREYXRhRmlsZSA9IGQuenJhdwo=',
    beside: {
      name: 'd.zraw',
      base64:
        'eF41yTEOgCAUBNEtKCgsjCHGGEPkJPyb41E4giWlEYZpXrIr/fmnI4fCVsb+YsVZzfzYUDZ2hx4XXHHDgDseeOKFEW9M9gEpDQ9o',
    },
    affine: [
      [0.9, 0.0, 0.0, 80.5],
      [0.0, 1.1, 0.0, -100.25],
      [0.0, 0.0, 5.0, -40.0],
    ],
    first: [-3.0, -2.5, -2.0],
  },
] as const;
