/**
 * Applies what arrives once per frame, so that a rush of messages costs one rendering a frame
 * and not one each. Order is kept. A hidden page has no frames: a timer takes their place.
 */
const hiddenMilliseconds = 100;

export class FrameQueue {
  #tasks: (() => void)[] = [];

  push(task: () => void): void {
    this.#tasks.push(task);
    if (this.#tasks.length > 1) return;
    if (document.visibilityState === 'visible') requestAnimationFrame(() => this.#run());
    // Also when visible: a page that is hidden meanwhile would wait for its next frame.
    setTimeout(() => this.#run(), hiddenMilliseconds);
  }

  #run(): void {
    const tasks = this.#tasks;
    this.#tasks = [];
    for (const task of tasks) task();
  }
}
