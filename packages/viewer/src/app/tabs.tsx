import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import { useViewing } from '../viewing/viewing.tsx';

const titles = { cases: 'Cases', images: 'Images', result: 'Result' } as const;
const tabs = ['images', 'cases', 'result'] as const;

/** On a narrow screen: which column is up. */
export function Tabs() {
  const { tab: chosen, showTab } = useViewing();
  return (
    <ToggleButtonGroup
      className="tabs"
      aria-label="Part of the page"
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[chosen]}
      onSelectionChange={(keys) => {
        const next = tabs.find((tab) => keys.has(tab));
        if (next !== undefined) showTab(next);
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
