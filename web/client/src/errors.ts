/** What went wrong, as it stands in `error` of an answer. */
export interface ErrorObject {
  readonly code: number;
  readonly message: string;
  readonly data: ErrorData;
}

export interface ErrorData {
  /** A name of the protocol's table of errors, or of `LocalErrorName`. */
  readonly name: string;
  /** The same request may succeed later. */
  readonly retry: boolean;
  readonly retry_after_ms?: number;
  /** The parameter that is wrong, like `resume[2].after`. */
  readonly field?: string;
  readonly reason?: string;
}

/**
 * What only the client itself says: there is no connection, or it broke before the answer; the
 * answer was not what the protocol says; too many messages wait to be sent already.
 */
export type LocalErrorName = 'disconnected' | 'invalid_answer' | 'queue_full';

/** The reason for which a promise of the client is rejected. */
export class KlatschError extends Error implements ErrorObject {
  override readonly name = 'KlatschError';
  /** 0 for what the client itself says. */
  readonly code: number;
  readonly data: ErrorData;

  constructor({ code, message, data }: ErrorObject) {
    super(message);
    this.code = code;
    this.data = data;
  }

  static local(name: LocalErrorName, message: string): KlatschError {
    return new KlatschError({ code: 0, message, data: { name, retry: name === 'disconnected' } });
  }
}

/** Any error as plain data that a store can hold. */
export function toErrorObject(error: unknown): ErrorObject {
  if (error instanceof KlatschError) {
    const { code, message, data } = error;
    return { code, message, data };
  }
  return { code: 0, message: String(error), data: { name: 'internal_error', retry: false } };
}

/** Takes in an `error` from the wire; what is missing in it is filled in. */
export function readErrorObject(error: unknown): ErrorObject {
  const { code, message, data } = (error ?? {}) as Partial<ErrorObject>;
  const { name, retry, retry_after_ms, field, reason } = (data ?? {}) as Partial<ErrorData>;
  return {
    code: typeof code === 'number' ? code : 0,
    message: typeof message === 'string' ? message : 'The server refused without a word.',
    data: {
      name: typeof name === 'string' ? name : 'internal_error',
      retry: retry === true,
      ...(typeof retry_after_ms === 'number' ? { retry_after_ms } : {}),
      ...(typeof field === 'string' ? { field } : {}),
      ...(typeof reason === 'string' ? { reason } : {}),
    },
  };
}
