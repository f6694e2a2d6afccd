import { recall, remember } from './remember.ts';
import { createStore } from './store.ts';

export type Theme = 'light' | 'dark' | 'system';

const isTheme = (value: string | null): value is Theme => value === 'light' || value === 'dark' || value === 'system';
const saved = recall('theme');
const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

/** What the person chose; `public/theme.js` has applied it before the first paint. */
export const themeStore = createStore<Theme>(isTheme(saved) ? saved : 'system');

export const isDark = (theme: Theme): boolean => theme === 'dark' || (theme === 'system' && systemIsDark.matches);

const apply = (): void => {
  document.documentElement.dataset.theme = isDark(themeStore.get()) ? 'dark' : 'light';
};

export const chooseTheme = (theme: Theme): void => {
  themeStore.set(theme);
  remember('theme', theme);
  apply();
};

systemIsDark.addEventListener('change', () => {
  apply();
  themeStore.set(themeStore.get());
});
