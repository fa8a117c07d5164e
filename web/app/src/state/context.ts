import { getContext, setContext } from 'svelte';
import type { Chat } from './chat.svelte';

const key = Symbol('chat');

export function provideChat(chat: Chat): void {
  setContext(key, chat);
}

/** The page's one chat; to be called while a component is set up. */
export function useChat(): Chat {
  return getContext<Chat>(key);
}
