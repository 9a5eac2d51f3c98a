import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import { type Display, firstDisplay } from '../images/display.ts';

/** On a narrow screen the three columns take turns. */
export type Tab = 'cases' | 'images' | 'result';

/** A point to bring the cursor to; each wish is a new object, also for the same point. */
export type Jump = { readonly mm: readonly [number, number, number] };

/** What both modes of the page share: how images are displayed, where the cursor is to go, which column is up. */
export type Viewing = {
  readonly display: Display;
  readonly jump: Jump | null;
  readonly tab: Tab;
  setDisplay(display: Display): void;
  /** Brings the cursor to a point in world mm. */
  goTo(mm: readonly [number, number, number]): void;
  showTab(tab: Tab): void;
};

const Context = createContext<Viewing | null>(null);

export function ViewingProvider({ children }: { readonly children: ReactNode }) {
  const [display, setDisplay] = useState<Display>(firstDisplay);
  const [jump, setJump] = useState<Jump | null>(null);
  const [tab, showTab] = useState<Tab>('images');
  const viewing = useMemo(
    (): Viewing => ({ display, jump, tab, setDisplay, goTo: (mm) => setJump({ mm }), showTab }),
    [display, jump, tab],
  );
  return <Context value={viewing}>{children}</Context>;
}

export function useViewing(): Viewing {
  const viewing = useContext(Context);
  if (viewing === null) throw new Error('No viewing was given to the page.');
  return viewing;
}
