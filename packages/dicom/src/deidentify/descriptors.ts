/** Words of sequences, weightings and planes. Nobody is called so, and images are told apart by them. */
const known: ReadonlySet<string> = new Set(
  [
    'acq ad adc apparent asl average avg ax axial b blade bold brain c cbf cbv cda cervical ce coef coefficient color',
    'coil comb combined contrast cor coronal coeff dark dc difusion diff diffusion difusao difuzyon dir direction',
    'directions dki dsc dti dw dwi dwis eadc ep ep2d epi exp exponential fa fast fat field fl flair flash fluid fmri',
    'fov fs fse fspgr gadolinium geo gre grappa haste head high hr hyperacute im ir iso isodwi isotrop isotropic',
    'isotropo kopf l localiser localizer low lowb map maps mapa mb md mean mip mosaic motion mpr mprage mr mra mrt mri',
    'mtt multi nativ native neck neuro no nodif obl oblique os p pd perf perfusion phase post pre propeller protocol',
    'pwi ra rd readout resolve restricted rgb rs s sag sagittal sat scan scout se sense seq series shim single skull',
    'sms space spair spin spir stroke survey swan swi t t1 t1w t2 t2w te tensor test ti tir tirm tmax tof tra trace',
    'tracew transversal transverse tse ttp turbo w weighted with without x y z zoom zoomit',
  ]
    .join(' ')
    .split(' '),
);

/** b-values, dimensions, and counts of directions: `b1000`, `3d`, `12dir`. */
const numbered = /^(?:s?b\d{1,5}t?|[23]d|\d{1,3}dir|p[234]|v?\d)$/;

/** What is known of a description; everything else is left out, so that no name stays. */
export function cleanDescription(text: string): string {
  return text
    .slice(0, 200)
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => known.has(word.toLowerCase()) || numbered.test(word.toLowerCase()))
    .join(' ')
    .slice(0, 64)
    .trim();
}
