import { HamburgerMenuIcon } from '@radix-ui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { meQuery } from '../api/queries.ts';
import { Bell } from '../notifications/bell.tsx';
import { Button } from '../ui/button.tsx';
import { Hint } from '../ui/hint.tsx';
import { createStore } from '../ui/store.ts';
import { PersonMenu, SwitchMenu, ThemeToggle } from './menus.tsx';
import { ModeIndicator } from './mode-indicator.tsx';
import { SOLO } from './solo.ts';

export const railOpen = createStore(false);

const SoloBadge = () => {
  const solo = useQuery(meQuery).data?.project.solo;
  if (!solo) return null;
  return (
    <Hint text={SOLO} label="Solo mode">
      Solo
    </Hint>
  );
};

/** `headed`: the title is the page's heading; otherwise the page brings its own. */
export const TopBar = ({ title, headed }: { title: string; headed: boolean }) => (
  <header className="flex h-14 shrink-0 items-center gap-1 border-b pr-2 pl-2 md:pr-3 md:pl-6">
    <Button tone="ghost" size="icon" className="md:hidden" aria-label="Open the menu" onClick={() => railOpen.set(true)}>
      <HamburgerMenuIcon />
    </Button>
    {headed ? (
      <h1 className="told min-w-0 flex-1 truncate font-semibold text-[0.9375rem]" tabIndex={-1} data-quiet-focus>
        {title}
      </h1>
    ) : (
      <p className="min-w-0 flex-1 truncate text-muted text-sm">{title}</p>
    )}
    <SoloBadge />
    <ModeIndicator />
    <SwitchMenu />
    <Bell />
    <ThemeToggle />
    <PersonMenu />
  </header>
);
