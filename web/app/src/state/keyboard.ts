import type { Chat } from './chat.svelte';

function isEditable(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  );
}

/** The keys that work everywhere on the page. */
export function globalKey(event: KeyboardEvent, chat: Chat): void {
  if (event.defaultPrevented || event.isComposing) return;
  const modified = event.ctrlKey || event.metaKey;
  if (modified && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k') {
    event.preventDefault();
    if (chat.panels.dialog === 'switcher') chat.panels.close();
    else chat.panels.show('switcher');
    return;
  }
  if (chat.panels.anyDialog) return;
  if (event.altKey && !modified && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
    event.preventDefault();
    chat.walkPlaces(event.key === 'ArrowUp' ? -1 : 1);
  } else if (event.key === 'Escape') {
    chat.escape();
  } else if (!modified && !event.altKey && !isEditable(event.target)) {
    if (event.key === '?') {
      event.preventDefault();
      chat.panels.show('help');
    } else if (isTyping(event)) {
      // Whoever types means the message: the character lands in the composer.
      chat.focusComposer();
    }
  }
}

function isTyping(event: KeyboardEvent): boolean {
  const onControl =
    event.target instanceof HTMLElement && event.target.closest('button, a, [role="option"]');
  return [...event.key].length === 1 && event.key !== ' ' && !onControl;
}

/** Whether typing can go on at once: where a screen keyboard would come up, it would be in the way. */
export function hasKeyboardAtHand(): boolean {
  return matchMedia('(hover: hover) and (pointer: fine)').matches;
}
