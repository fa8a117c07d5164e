import type { Preferences } from './preferences.svelte';

export type Consent = 'granted' | 'denied' | 'unavailable';

const quietMilliseconds = 3000;

/** The sound and the desktop notification, for private messages and mentions, after consent. */
export class Notifications {
  #lastSound = 0;
  #audio: AudioContext | null = null;

  constructor(private readonly preferences: Preferences) {}

  /** Asks the browser; to be called from a click, since browsers refuse otherwise. */
  async askForDesktop(): Promise<Consent> {
    if (!('Notification' in window)) return 'unavailable';
    const answer = await Notification.requestPermission();
    return answer === 'granted' ? 'granted' : 'denied';
  }

  call(title: string, text: string, tag: string, opened: () => void): void {
    if (this.preferences.sound) this.playSound();
    if (!this.preferences.desktop || !('Notification' in window)) return;
    if (Notification.permission !== 'granted') return;
    try {
      const notification = new Notification(title, { body: text, tag, icon: '/favicon.svg' });
      notification.addEventListener('click', () => {
        window.focus();
        notification.close();
        opened();
      });
    } catch {
      // Some mobile browsers have the class and forbid its use by pages; the badge must do.
    }
  }

  /** Two soft tones, made here: no file to load. */
  playSound(): void {
    const now = Date.now();
    if (now - this.#lastSound < quietMilliseconds || !('AudioContext' in window)) return;
    this.#lastSound = now;
    const audio = (this.#audio ??= new AudioContext());
    void audio.resume();
    for (const [index, frequency] of [659, 880].entries()) {
      const start = audio.currentTime + index * 0.12;
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      tone.frequency.value = frequency;
      volume.gain.setValueAtTime(0.0001, start);
      volume.gain.exponentialRampToValueAtTime(0.12, start + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.25);
      tone.connect(volume).connect(audio.destination);
      tone.start(start);
      tone.stop(start + 0.3);
    }
  }
}
