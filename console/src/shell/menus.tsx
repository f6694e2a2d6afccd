import { ExitIcon, GearIcon, KeyboardIcon } from '@radix-ui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { post } from '../api/call.ts';
import { queryClient } from '../api/client.ts';
import { sentenceOf } from '../api/problem.ts';
import { meQuery, statusQuery } from '../api/queries.ts';
import { stopPush } from '../notifications/push.ts';
import { go } from '../router.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { MoonIcon, PauseIcon, PlayIcon, StopIcon, SunIcon } from '../ui/icons.tsx';
import { Menu, MenuChoice, MenuItem, MenuLabel, MenuLine } from '../ui/menu.tsx';
import { useStore } from '../ui/store.ts';
import { chooseTheme, isDark, type Theme, themeStore } from '../ui/theme.ts';
import { toast } from '../ui/toast.tsx';
import { shortcutsOpen } from './shortcuts.tsx';
import { SOLO } from './solo.ts';
import { switchDialog, useSwitch } from './switch.ts';

const THEMES = [
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
  { value: 'system', label: 'As the system' },
] as const;

export const SwitchMenu = () => {
  const status = useQuery(statusQuery).data;
  const flip = useSwitch();
  const lift = (verb: 'resume' | 'unkill'): void => flip.mutate({ verb }, { onError: (thrown) => toast(sentenceOf(thrown), 'bad') });
  const stopped = status?.killed || status?.paused;
  return (
    <Menu
      label="Stop or go on"
      trigger={
        <Button tone="ghost" size="icon" aria-label={stopped ? 'Stopped: pause and kill' : 'Pause and kill'}>
          {stopped ? <PlayIcon /> : <PauseIcon />}
        </Button>
      }
    >
      {status?.paused ? (
        <MenuItem onSelect={() => lift('resume')}>
          <PlayIcon /> Resume
        </MenuItem>
      ) : (
        <MenuItem disabled={status?.killed ?? false} onSelect={() => switchDialog.set('pause')}>
          <PauseIcon /> Pause: hold approved work…
        </MenuItem>
      )}
      {status?.killed ? (
        <MenuItem onSelect={() => lift('unkill')}>
          <PlayIcon /> Lift the kill (owner)
        </MenuItem>
      ) : (
        <MenuItem className="text-bad" onSelect={() => switchDialog.set('kill')}>
          <StopIcon /> Kill: stop everything now…
        </MenuItem>
      )}
    </Menu>
  );
};

export const ThemeToggle = () => {
  const dark = isDark(useStore(themeStore));
  return (
    <Button
      tone="ghost"
      size="icon"
      className="max-md:hidden"
      aria-label={dark ? 'Use the light theme' : 'Use the dark theme'}
      onClick={() => chooseTheme(dark ? 'light' : 'dark')}
    >
      {dark ? <SunIcon /> : <MoonIcon />}
    </Button>
  );
};

const signOut = async (): Promise<void> => {
  try {
    await stopPush().catch(() => undefined); // a browser that cannot say so any more must not keep somebody signed in
    await post('/api/sign-out');
    queryClient.clear();
    location.assign('/sign-in');
  } catch (thrown) {
    toast(sentenceOf(thrown), 'bad');
  }
};

const isTheme = (value: string): value is Theme => THEMES.some((theme) => theme.value === value);

export const PersonMenu = () => {
  const me = useQuery(meQuery).data;
  const theme = useStore(themeStore);
  const name = me?.person.name ?? '';
  return (
    <Menu
      label="You"
      trigger={
        <Button tone="ghost" size="icon" aria-label={`You: ${name}`}>
          <Avatar name={name} className="size-7 rounded-lg" />
        </Button>
      }
    >
      <MenuLabel>
        <span className="told block font-medium text-ink text-sm">{name}</span>
        {me ? `${me.person.role} in ${me.project.name}` : null}
        {me?.project.solo ? <span className="mt-1 block sm:hidden">{SOLO}</span> : null}
      </MenuLabel>
      <MenuLine />
      <MenuLabel>Theme</MenuLabel>
      <MenuChoice value={theme} choices={THEMES} onChange={(value) => (isTheme(value) ? chooseTheme(value) : undefined)} />
      <MenuLine />
      <MenuItem onSelect={() => go('/settings')}>
        <GearIcon /> Settings
      </MenuItem>
      <MenuItem onSelect={() => shortcutsOpen.set(true)}>
        <KeyboardIcon /> Keyboard shortcuts
      </MenuItem>
      <MenuItem onSelect={() => void signOut()}>
        <ExitIcon /> Sign out
      </MenuItem>
    </Menu>
  );
};
