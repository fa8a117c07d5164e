/** Whether somebody looks at this page: it is visible and has the focus. */
export class Attention {
  #attending = $state(false);

  constructor() {
    const update = () => {
      this.#attending = document.visibilityState === 'visible' && document.hasFocus();
    };
    addEventListener('focus', update);
    addEventListener('blur', update);
    document.addEventListener('visibilitychange', update);
    update();
  }

  get attending(): boolean {
    return this.#attending;
  }
}

/** Shows the number of unread messages in the title, and a dot in the favicon. */
export function showUnreadOutside(place: string, unread: number): void {
  const count = unread > 99 ? '99+' : String(unread);
  document.title = `${unread > 0 ? `(${count}) ` : ''}${place ? `${place} · ` : ''}klatsch`;
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const href = unread > 0 ? '/favicon-unread.svg' : '/favicon.svg';
  if (icon && icon.getAttribute('href') !== href) icon.setAttribute('href', href);
}
