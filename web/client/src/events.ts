type Handler<Payload> = (payload: Payload) => void;

/** Typed events: `Events` maps the name of each event to what its handlers get. */
export class Emitter<Events> {
  readonly #handlers = new Map<keyof Events, Set<Handler<never>>>();

  /** Calls `handler` on each such event, until the function that is returned is called. */
  on<Name extends keyof Events>(name: Name, handler: Handler<Events[Name]>): () => void {
    const handlers = this.#handlers.get(name) ?? new Set();
    this.#handlers.set(name, handlers);
    // An object of its own, so that the same handler may be there twice.
    const own: Handler<Events[Name]> = (payload) => handler(payload);
    handlers.add(own);
    return () => handlers.delete(own);
  }

  emit<Name extends keyof Events>(name: Name, payload: Events[Name]): void {
    for (const handler of [...(this.#handlers.get(name) ?? [])]) {
      try {
        (handler as Handler<Events[Name]>)(payload);
      } catch (error) {
        // A handler's mistake must not stop the others, but has to be seen.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
