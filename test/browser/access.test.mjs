// Everybody can use it: by keyboard, by screen reader, on a phone, in the dark.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { axePath, launchBrowser, Person } from './people.mjs';
import { Server } from './server.mjs';

async function violations(page) {
  await page.addScriptTag({ path: axePath });
  const found = await page.evaluate(() =>
    globalThis.axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] }),
  );
  return found.violations.map((each) => `${each.id}: ${each.nodes.map((n) => n.html).join(' ')}`);
}

describe('the browser chat for everybody', () => {
  let server;
  let browser;

  before(async () => {
    server = await Server.start();
    browser = await launchBrowser();
  });

  after(async () => {
    await browser?.close();
    await server?.end();
  });

  for (const colorScheme of ['light', 'dark'])
    for (const [name, viewport] of [
      ['desktop', { width: 1440, height: 900 }],
      ['phone', { width: 390, height: 844 }],
    ])
      test(`axe finds nothing, ${colorScheme}, ${name}`, async () => {
        // axe comes in as a script of its own, which the page's policy rightly forbids.
        const ann = await Person.arrive(browser, server.url, {
          viewport,
          colorScheme,
          bypassCSP: true,
        });
        await ann.say(`hello from the ${name}, see https://example.org`);
        await ann.sees('hello from');
        assert.deepEqual(await violations(ann.page), []);
        await ann.leave();
      });

  test('nothing reaches over the edge of a phone', async () => {
    const ann = await Person.arrive(browser, server.url, { viewport: { width: 390, height: 844 } });
    await ann.say('x'.repeat(600));
    await ann.sees('xxxx');
    const width = await ann.page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 390, `the page is ${width} px wide`);
    await ann.leave();
  });

  test('the keyboard alone jumps to a room, writes there and reads back', async () => {
    const ann = await Person.arrive(browser, server.url);
    const keyboard = ann.page.keyboard;
    await keyboard.press('Control+k');
    await ann.page.getByRole('dialog').waitFor();
    await keyboard.type('Orbit');
    await keyboard.press('Enter');
    await ann.page.waitForSelector('[data-testid=room-world][aria-current=page]', {
      state: 'attached',
    });
    await ann.page.waitForFunction(
      () => document.activeElement?.getAttribute('data-testid') === 'composer',
    );
    await keyboard.type('by hand');
    await keyboard.press('Enter');
    await ann.sees('by hand');
    await keyboard.press('ArrowUp');
    await ann.page.waitForFunction(() => document.activeElement?.textContent?.includes('by hand'));
    await ann.leave();
  });

  test('a screen reader finds landmarks, the log and named controls', async () => {
    const ann = await Person.arrive(browser, server.url);
    await ann.page.getByRole('main').waitFor();
    await ann.page.getByRole('navigation', { name: 'Rooms and people' }).waitFor();
    assert.ok((await ann.page.getByRole('log').count()) >= 1);
    const nameless = await ann.page
      .locator('button, a, textarea, input')
      .evaluateAll((all) =>
        all
          .filter((each) => each.offsetParent !== null)
          .filter(
            (each) =>
              !(each.getAttribute('aria-label') ?? each.textContent?.trim() ?? '') &&
              !each.labels?.length &&
              !each.getAttribute('aria-hidden'),
          )
          .map((each) => each.outerHTML),
      );
    assert.deepEqual(nameless, []);
    await ann.leave();
  });
});
