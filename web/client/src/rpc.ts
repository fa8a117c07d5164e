import type { Clock } from './clock';
import { KlatschError, readErrorObject } from './errors';
import { errors, type Methods } from './protocol';
import { problemOfParams, problemOfResult } from './validate';

interface Waiting {
  readonly method: keyof Methods;
  readonly resolve: (result: never) => void;
  readonly reject: (error: KlatschError) => void;
  readonly cancelTimeout: () => void;
}

type ErrorName = keyof typeof errors;

function errorOf(name: ErrorName, details: { field?: string; reason?: string } = {}): KlatschError {
  const { code, retry, sentence } = errors[name];
  return new KlatschError({ code, message: sentence, data: { name, retry, ...details } });
}

/** Matches the answers of one connection to its requests, and gives up on those that don't come. */
export class Rpc {
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  constructor(
    private readonly send: (text: string) => void,
    private readonly clock: Clock,
  ) {}

  /** Rejects with a `KlatschError`; after `timeout` milliseconds with `timeout`. */
  call<Method extends keyof Methods>(
    method: Method,
    params: Methods[Method]['params'],
    timeout: number,
  ): Promise<Methods[Method]['result']> {
    const problem = problemOfParams(method, params);
    if (problem) {
      const { field, reason } = problem;
      return Promise.reject(errorOf('invalid_params', { field: field || 'params', reason }));
    }
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      const cancelTimeout = this.clock.after(timeout, () => {
        this.#waiting.delete(id);
        reject(errorOf('timeout'));
      });
      this.#waiting.set(id, { method, resolve, reject, cancelTimeout });
      this.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    });
  }

  /** Takes in an answer; one to nothing that was asked, or that came too late, is passed over. */
  answer(message: { id?: unknown; result?: unknown; error?: unknown }): void {
    const { id } = message;
    const waiting = typeof id === 'number' ? this.#waiting.get(id) : undefined;
    if (!waiting) return;
    this.#waiting.delete(id as number);
    waiting.cancelTimeout();
    if (message.error !== undefined) {
      waiting.reject(new KlatschError(readErrorObject(message.error)));
      return;
    }
    const problem = problemOfResult(waiting.method, message.result);
    if (problem) {
      const where = `${waiting.method}: ${problem.field} ${problem.reason}`;
      const sentence = `The answer is not as agreed: ${where}.`;
      waiting.reject(KlatschError.local('invalid_answer', sentence));
    } else waiting.resolve(message.result as never);
  }

  /** The connection is gone: nothing will be answered any more. */
  rejectAll(error: KlatschError): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject, cancelTimeout } of waiting) {
      cancelTimeout();
      reject(error);
    }
  }
}
