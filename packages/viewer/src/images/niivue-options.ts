import { MULTIPLANAR_TYPE, type NVConfigOptions, SHOW_RENDER } from '@niivue/niivue';
import { betweenTiles } from './niivue-panels.ts';

/** How NiiVue draws, and what of its own doings the page has others for. */
export const niivueOptions: Partial<NVConfigOptions> = {
  backColor: [0, 0, 0, 1],
  // Not red: red is a usual colour of overlays.
  crosshairColor: [0.62, 0.68, 0.92, 0.75],
  crosshairWidth: 0.5,
  crosshairWidthUnit: 'mm',
  crosshairGap: 10,
  multiplanarPadPixels: betweenTiles,
  fontColor: [0.82, 0.84, 0.88, 1],
  fontMinPx: 14,
  fontSizeScaling: 0.5,
  isRadiologicalConvention: true,
  isOrientationTextVisible: true,
  showAllOrientationMarkers: true,
  isCornerOrientationText: false,
  show3Dcrosshair: true,
  multiplanarShowRender: SHOW_RENDER.ALWAYS,
  multiplanarLayout: MULTIPLANAR_TYPE.GRID,
  dragAndDropEnabled: false,
  loadingText: '',
  logLevel: 'error',
  // The page has its own keys.
  viewModeHotKey: '',
  clipPlaneHotKey: '',
  cycleClipPlaneHotKey: '',
};
