import type { Report } from '@atoll/contract/report';
import { useEffect } from 'react';
import { isOfSecondLook } from '../second-look/use-second-look.ts';
import { useViewing } from './viewing.tsx';

/**
 * A result that arrives brings the cursor to its largest lesion, or else to what it may have missed.
 * @param finished names the result; null while there is none.
 */
export function useShowResult(finished: string | null, report: Report | null): void {
  const { goTo, showTab } = useViewing();
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each result, not for each poll's new object
  useEffect(() => {
    if (finished === null) return;
    const look = report?.plainLook;
    const missed = look?.status === 'done' ? look.missed[0]?.focusMm : undefined;
    const focus = report?.lesions[0]?.focusMm ?? missed;
    if (focus !== undefined) goTo(focus);
    // On a narrow screen the images come first, unless their mask is not to be trusted.
    const isGrave = report?.warnings.some((each) => each.severity === 'serious' && isOfSecondLook(each));
    showTab(isGrave === true ? 'result' : 'images');
  }, [finished]);
}
