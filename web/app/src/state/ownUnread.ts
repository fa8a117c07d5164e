import type { OpenedSession } from '../../../client/src/index';
import type { Chat } from './chat.svelte';
import { placeKey, userPlace } from './place';

/** So many conversations are looked into after connecting, those with the newest messages. */
const lookedInto = 20;
const pageSize = 100;

/**
 * What one wrote on another device, or before the page was loaded again, is among the numbers of a
 * conversation that lie after its mark: asks which they are, so that they don't count as unread.
 */
export async function findOwnUnread(
  chat: Chat,
  conversations: OpenedSession['conversations'],
): Promise<void> {
  const unread = conversations
    .map((conversation) => conversation.with.id)
    .filter((id) => chat.unread.count(placeKey(userPlace(id))) > 0);
  for (const id of unread.slice(0, lookedInto)) {
    const key = placeKey(userPlace(id));
    const range = { after: chat.unread.readUpTo(key), limit: pageSize };
    try {
      const { messages } = await chat.client.privateHistory(id, range);
      const own = messages.filter(({ from }) => from.id === chat.me?.id);
      for (const { seq } of own) chat.unread.ownMessage(key, seq);
    } catch {
      // The count stays too high until the conversation is opened.
      return;
    }
  }
}
