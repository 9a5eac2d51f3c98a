/**
 * Files of 2 × 3 × 4 voxels written by nibabel 5.4, gzipped: an outside witness for field offsets, byte orders
 * and quaternions. `first` are their first voxels and `affine` their affine, as nibabel reads them back.
 */
const oblique = [
  [-0.842664027, -0.318592429, -0.993346654, 80],
  [-0.247586263, 1.05206764, -0.489216983, -100],
  [-0.196515597, 0.0406527149, 4.87585163, -40],
];

const sheared = [[-0.842664027, 0.0814075746, -0.993346654, 80], oblique[1], oblique[2]];

export const nibabelFiles = [
  {
    title: 'NIfTI-1, big-endian int16, sform and qform',
    base64:
      'H4sIAAAAAAACA2NgYIxhIAYwMzABMQsDIxSiAhYGAQaG/Q0MDPZpaWn2PWfOOiwAshtQsfMGCD1oANAf+4RZptlX71lhyxPf6QR086ETQKwA9Ev4jiv7Fsv17K/z/g4S31fb7mjftkp936+qZSA1+zytk2zVmssc5rD9AqlHB3nahmD6/+//f/7//f/v/3+wfZAwZGVgY2Bn4GDgZOBi4GbgYeBl4GPgB4agIIMQADafh7+QAQAA',
    affine: oblique,
    affineFrom: 'sform',
    first: [-5, -4, -3],
  },
  {
    title: 'NIfTI-2, big-endian int32, qform alone, in micrometres',
    base64:
      'H4sIAAAAAAACA2NgYJLJ0zZi4OWS4mLgYFBggABmKM2ExmeB0owEaAyw/wOEdugBW8HoMNEAwt/cAabtofK4aKhzFFD5gxqAw2L/oYRJm3RvrbN/Xz6Vb02rpf3C7o+6324yO3yG+PvAjywI/biDnm5jJlbh////fwPxHyD+C8T/gPg/kv+YoGaB0gUrELMBMTsQcwAxJxBzATE3EPMAMS8Q8wExPxALALEgEAsBACf9QwCAAgAA',
    affine: oblique,
    affineFrom: 'qform',
    first: [-5, -4, -3],
  },
  {
    title: 'NIfTI-2, little-endian float64, a sheared sform alone',
    base64:
      'H4sIAAAAAAACA5NhYmDI0zZi4OWS4nJgcGBgZoAAJigN47NAaUYCNH7wYf/ZMyDwxj45XC4o+ukHe4g+EQeovD0uWoEJxRx7hiEAQH4TjD0yY2XHqv32G6S4Xx15b1/Xm+C+Mnsm1P0hUH9HHoDQLgeqM8/1SH1/tf/MnVllCte32Ge7876pO/l+P0x9wvp4qRcbzu+/l1VyxeXqB/vWIuntIf7398PMufn0qF+O+sn9YVwnDuZdWGJfbhXscL9B2AFmPql+WL0KBH7tDwWDr/th8QjhP4XSV/fD1EP59lB5ePxB9dtDzYPFnwOEz+QAkWeFupMDKs4FFeeFigtA+YJQeSGouAhUXBQqLgYVl3AAADlQ5rHgAgAA',
    affine: sheared,
    affineFrom: 'sform',
    first: [-5 / 3, -4 / 3, -1],
  },
  {
    title: 'NIfTI-1, little-endian uint16, scaled, with an extension',
    base64:
      'H4sIAAAAAAACA4thZCAKMDMwATELAyMUogEmATDVsD8tLc3+7JkeewaGBQ5Avj0qvuEMVASkHQ7gs8vF3zXOy9HPlYHGgAkIp7EI71uxp9q+M57HFuhmJwaGE4cYGBQOXdkRvr9HbvG+7951+0Hiju21+9RXtdkvq/q1D6QmydpzX1mzmu0vtjkOIPXoZudpG4JDKQCI2ZD8pGBoaWqga2AIRMQJYbiaERoTrEBz2Rk4GDgZuBi4GXgYeBn4GPgZBBgEGYQYhBlEGEQZxBjEGQBiI4jf4AEAAA==',
    affine: oblique,
    affineFrom: 'sform',
    first: [-3, -2.5, -2],
  },
] as const;
