import { useViewing } from './viewing.tsx';

/** Brings the cursor to a lesion from a list beside the images, and the images up where the columns take turns. */
export function useGoToLesion(): (mm: readonly [number, number, number]) => void {
  const { goTo, showTab } = useViewing();
  return (mm) => {
    goTo(mm);
    showTab('images');
  };
}
