import { readStored, watchStored, writeStored } from './storage';

export type ThemeWish = 'system' | 'light' | 'dark';

interface Stored {
  theme: ThemeWish;
  notices: boolean;
  sound: boolean;
  desktop: boolean;
}

const key = 'preferences';
const defaults: Stored = { theme: 'system', notices: true, sound: false, desktop: false };

/** What the reader chose for this browser; public/theme.js reads the theme, too. */
export class Preferences {
  #values = $state<Stored>({ ...defaults, ...readStored<Partial<Stored>>(key, {}) });
  #systemIsDark = matchMedia('(prefers-color-scheme: dark)');

  constructor() {
    this.#systemIsDark.addEventListener('change', () => this.#applyTheme());
    watchStored(key, () => {
      this.#values = { ...defaults, ...readStored<Partial<Stored>>(key, {}) };
      this.#applyTheme();
    });
    this.#applyTheme();
  }

  get theme(): ThemeWish {
    return this.#values.theme;
  }

  set theme(wish: ThemeWish) {
    this.#set({ theme: wish });
    this.#applyTheme();
  }

  /** Show who enters and leaves. */
  get notices(): boolean {
    return this.#values.notices;
  }

  set notices(shown: boolean) {
    this.#set({ notices: shown });
  }

  get sound(): boolean {
    return this.#values.sound;
  }

  set sound(on: boolean) {
    this.#set({ sound: on });
  }

  get desktop(): boolean {
    return this.#values.desktop;
  }

  set desktop(on: boolean) {
    this.#set({ desktop: on });
  }

  #set(change: Partial<Stored>): void {
    this.#values = { ...this.#values, ...change };
    writeStored(key, this.#values);
  }

  #applyTheme(): void {
    const dark = this.theme === 'dark' || (this.theme === 'system' && this.#systemIsDark.matches);
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
    const chrome = document.querySelector<HTMLMetaElement>('meta[name="theme-color"]');
    if (chrome) chrome.content = dark ? '#131211' : '#f6f4f0';
  }
}
