import type { Chat } from './chat.svelte';
import { sentenceOf } from './errors';
import { forgetUser } from './storage';

/** Ends the session and comes back as a new guest. Gives a sentence where that doesn't work. */
export async function logOut(chat: Chat): Promise<string> {
  try {
    await chat.client.logout();
  } catch (error) {
    return `You are still logged in. ${sentenceOf(error)}`;
  }
  chat.client.disconnect();
  if (chat.me) forgetUser(chat.me.id);
  // It takes the cookie away, and leads back to the page.
  location.assign('/logout');
  return '';
}
