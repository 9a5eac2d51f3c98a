import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';

/** On a narrow screen the three columns take turns. */
export type Tab = 'cases' | 'images' | 'result';

const titles = { cases: 'Cases', images: 'Images', result: 'Result' } as const;
const tabs = ['images', 'cases', 'result'] as const;

export function Tabs({ chosen, onChoose }: { chosen: Tab; onChoose: (tab: Tab) => void }) {
  return (
    <ToggleButtonGroup
      className="tabs"
      aria-label="Part of the page"
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[chosen]}
      onSelectionChange={(keys) => {
        const next = tabs.find((tab) => keys.has(tab));
        if (next !== undefined) onChoose(next);
      }}
    >
      {tabs.map((tab) => (
        <ToggleButton key={tab} id={tab}>
          {titles[tab]}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
