import { type ReactNode, useEffect, useRef } from 'react';
import { startLive } from '../api/live.ts';
import { useNoticeWatch } from '../notifications/watch.ts';
import { usePath } from '../router.tsx';
import { useClock } from '../ui/moment.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { useStore } from '../ui/store.ts';
import { Banner } from './banner.tsx';
import { useLossWatch } from './mode.ts';
import { Rail } from './rail.tsx';
import { Shortcuts, useShortcuts } from './shortcuts.tsx';
import { SwitchDialogs } from './switch-dialogs.tsx';
import { railOpen } from './top-bar.tsx';

/** After a change of page the focus goes to its heading, unless the page has put it somewhere itself. */
const useFocusOnPage = (path: string): void => {
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    requestAnimationFrame(() => {
      if (document.activeElement === document.body || document.activeElement?.closest('nav'))
        document.querySelector<HTMLElement>('main h1, header h1')?.focus();
    });
  }, [path]);
};

/** The frame around every page of a person who is signed in, with the page's one live stream. */
export const Shell = ({ children }: { children: ReactNode }) => {
  const path = usePath();
  useEffect(startLive, []);
  useClock();
  useLossWatch();
  useShortcuts();
  useNoticeWatch();
  useFocusOnPage(path);
  const closeRail = (): void => railOpen.set(false);
  return (
    <div className="flex h-dvh">
      <a
        href="#main"
        className="fixed top-2 left-2 z-[70] -translate-y-20 rounded-lg bg-accent px-4 py-2 font-medium text-on-accent focus:translate-y-0"
      >
        Skip to the content
      </a>
      <aside aria-label="Navigation" className="hidden w-64 shrink-0 flex-col border-r bg-sunken md:flex lg:w-72">
        <Rail onGo={closeRail} />
      </aside>
      <Sheet open={useStore(railOpen)} onOpenChange={railOpen.set} title="Menu">
        <Rail onGo={closeRail} />
      </Sheet>
      <div className="flex min-w-0 flex-1 flex-col">
        <Banner />
        {children}
      </div>
      <Shortcuts />
      <SwitchDialogs />
    </div>
  );
};
