// People in front of browsers: each has a browser context, and so cookies, of their own.

import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const require = createRequire(resolve(new URL('../../web/package.json', import.meta.url).pathname));
export const { chromium } = require('playwright-core');
export const axePath = require.resolve('axe-core/axe.min.js');

export async function launchBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export class Person {
  constructor(context, page) {
    this.context = context;
    this.page = page;
    this.problems = [];
    page.on('pageerror', (error) => this.problems.push(String(error)));
    page.on('console', (line) => {
      // The browser itself logs the connections that a killed server refuses.
      if (line.type() === 'error' && !/WebSocket connection|ERR_CONNECTION/.test(line.text()))
        this.problems.push(line.text());
    });
  }

  static async arrive(browser, url, options = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(20000);
    const person = new Person(context, page);
    await page.goto(url);
    await person.online();
    return person;
  }

  async online() {
    await this.page.waitForSelector('[data-testid=connection][data-kind=online]', {
      state: 'attached',
    });
    await this.page.waitForSelector('[data-testid=composer]');
  }

  async id() {
    const text = await this.page.getByTestId('you').textContent();
    return /@([a-z2-9]+)/.exec(text)[1];
  }

  async enter(room) {
    await this.page.getByTestId(`room-${room}`).click();
    await this.page.waitForSelector(`[data-testid=room-${room}][aria-current=page]`, {
      state: 'attached',
    });
    await this.page.waitForSelector('[data-testid=composer]');
  }

  async say(text) {
    const composer = this.page.getByTestId('composer');
    await composer.fill(text);
    await composer.press('Enter');
  }

  message(text) {
    return this.page.getByTestId('message').filter({ hasText: text });
  }

  async sees(text, state = 'sent') {
    const own = this.message(text).first();
    await own.waitFor();
    if ((await own.getAttribute('data-own')) === 'true')
      await this.page.waitForFunction(
        ([content, wanted]) =>
          [...document.querySelectorAll('[data-testid=message]')].some(
            (each) => each.textContent.includes(content) && each.dataset.state === wanted,
          ),
        [text, state],
      );
  }

  async leave() {
    await this.context.close();
  }
}
