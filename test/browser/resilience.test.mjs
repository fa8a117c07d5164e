// The server goes away under an open page, and comes back.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { launchBrowser, Person } from './people.mjs';
import { Server } from './server.mjs';

describe('a page whose server is killed', () => {
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

  test('says so, keeps what is typed, and sends it when the server is back', async () => {
    const ann = await Person.arrive(browser, server.url);
    const ben = await Person.arrive(browser, server.url);
    await ann.say('before');
    await ben.sees('before');
    await server.kill('SIGKILL');
    await ann.page.waitForSelector('[data-testid=connection][data-kind=reconnecting]', {
      state: 'attached',
    });
    await ann.say('meanwhile');
    await ann.message('meanwhile').first().waitFor();
    assert.equal(await ann.message('meanwhile').first().getAttribute('data-state'), 'sending');
    await server.restart();
    await ann.online();
    await ann.sees('meanwhile');
    await ben.sees('meanwhile');
    await ben.say('after');
    await ann.sees('after');
    for (const text of ['before', 'meanwhile', 'after']) {
      assert.equal(await ann.message(text).count(), 1);
      assert.equal(await ben.message(text).count(), 1);
    }
    await Promise.all([ann.leave(), ben.leave()]);
  });

  test('keeps an unsent message over a reload of the page', async () => {
    const ann = await Person.arrive(browser, server.url);
    await server.kill('SIGTERM');
    await ann.say('survives a reload');
    await ann.message('survives a reload').first().waitFor();
    await server.restart();
    await ann.page.reload();
    await ann.online();
    await ann.sees('survives a reload');
    assert.equal(await ann.message('survives a reload').count(), 1);
    await ann.leave();
  });
});
