// What two people do on the first day.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { launchBrowser, Person } from './people.mjs';
import { Server } from './server.mjs';

describe('the browser chat', () => {
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

  test('learns an id from the notice and whispers to it, seen by the two alone', async () => {
    const [ann, ben, eve] = await Promise.all(
      [1, 2, 3].map(() => Person.arrive(browser, server.url)),
    );
    await ann.enter('beach');
    await eve.enter('beach');
    await ben.enter('beach');
    const benId = await ben.id();
    const notice = ann.page.getByTestId('notice').filter({ hasText: benId });
    await notice.first().waitFor();
    const learned = /@([a-z2-9]{8})/.exec(await notice.last().textContent())[1];
    assert.equal(learned, benId);

    await ann.say(`@${learned}: Hello!`);
    await ben.sees('Hello!');
    await ann.sees('Hello!');
    for (const person of [ann, ben])
      assert.equal(await person.message('Hello!').first().getAttribute('data-private'), 'true');
    // Eve sees what is said afterwards, and so would have seen this.
    await ben.say('In the open');
    await eve.sees('In the open');
    assert.equal(await eve.message('Hello!').count(), 0);
    for (const person of [ann, ben, eve]) {
      assert.deepEqual(person.problems, []);
      await person.leave();
    }
  });

  test('remembers the guest and what was said when the page is loaded again', async () => {
    const ann = await Person.arrive(browser, server.url);
    const id = await ann.id();
    await ann.say('to be kept');
    await ann.sees('to be kept');
    await ann.page.reload();
    await ann.online();
    assert.equal(await ann.id(), id);
    await ann.sees('to be kept');
    await ann.leave();
  });

  test('logs out into a new guest', async () => {
    const ann = await Person.arrive(browser, server.url);
    const id = await ann.id();
    await ann.page.getByTestId('composer').fill('a draft for nobody else');
    await ann.page.getByTestId('logout').click();
    await ann.page.getByTestId('logout-confirm').click();
    await ann.page.waitForFunction(
      (old) => {
        const you = document.querySelector('[data-testid=you]');
        return you && !you.textContent.includes(old);
      },
      id,
    );
    await ann.online();
    assert.notEqual(await ann.id(), id);
    assert.equal(await ann.page.getByTestId('composer').inputValue(), '');
    const left = await ann.page.evaluate(() => JSON.stringify([localStorage, sessionStorage]));
    assert.ok(!left.includes('a draft'), left);
    await ann.leave();
  });

  test('answers a wrong address beside the composer and keeps the text', async () => {
    const ann = await Person.arrive(browser, server.url);
    const composer = ann.page.getByTestId('composer');
    for (const text of ['@nobodyxx: are you there?', 'well, @nobodyxx: are you there?']) {
      await composer.fill(text);
      await composer.press('Enter');
      await ann.page.waitForFunction(
        () => document.querySelector('[data-testid=composer-error]')?.textContent.trim() !== '',
      );
      assert.equal(await composer.inputValue(), text);
      await composer.fill('');
    }
    await ann.leave();
  });

  test('keeps a draft per room', async () => {
    const ann = await Person.arrive(browser, server.url);
    const composer = ann.page.getByTestId('composer');
    await composer.fill('half a thought');
    await ann.enter('world');
    assert.equal(await composer.inputValue(), '');
    await ann.enter('room');
    assert.equal(await composer.inputValue(), 'half a thought');
    await ann.leave();
  });

  test('shows text as text, and links only to the web', async () => {
    const ann = await Person.arrive(browser, server.url);
    const hostile = '<img src=x onerror="window.ran=1"> javascript:alert(1) https://example.org/a';
    await ann.say(hostile);
    await ann.sees('<img src=x');
    const message = ann.message('<img src=x').first();
    assert.equal(await message.locator('img').count(), 0);
    const links = await message.locator('a').evaluateAll((all) => all.map((each) => each.href));
    assert.deepEqual(links, ['https://example.org/a']);
    assert.equal(await ann.page.evaluate(() => window.ran), undefined);
    await ann.leave();
  });

  test('breaks the line on Shift+Enter and sends on Enter', async () => {
    const ann = await Person.arrive(browser, server.url);
    const composer = ann.page.getByTestId('composer');
    await composer.pressSequentially('one');
    await composer.press('Shift+Enter');
    await composer.pressSequentially('two');
    await composer.press('Enter');
    await ann.sees('one\ntwo');
    assert.equal(await composer.inputValue(), '');
    await ann.leave();
  });

  test('counts what is unread in another room', async () => {
    const ann = await Person.arrive(browser, server.url);
    const ben = await Person.arrive(browser, server.url);
    await ann.enter('dog_park');
    await ben.say('over here');
    await ann.page.waitForFunction(() =>
      /unread/.test(
        document.querySelector('[data-testid=room-room]')?.getAttribute('aria-label') ?? '',
      ),
    );
    await Promise.all([ann.leave(), ben.leave()]);
  });

  test('loads older messages on scrolling up', async () => {
    const ann = await Person.arrive(browser, server.url);
    await ann.enter('world');
    for (let i = 1; i <= 70; ++i) {
      await ann.say(`number ${i}.`);
      if (i % 10 === 0) await ann.sees(`number ${i}.`);
    }
    const ben = await Person.arrive(browser, server.url);
    await ben.enter('world');
    await ben.sees('number 70.');
    const first = ben.message('number 1.');
    const log = ben.page.getByTestId('message-log');
    await log.hover();
    for (let turn = 0; turn < 60 && (await first.count()) === 0; ++turn) {
      await ben.page.mouse.wheel(0, -1500);
      await ben.page.waitForTimeout(50);
    }
    await first.first().waitFor();
    await Promise.all([ann.leave(), ben.leave()]);
  });
});
