// The vectors of protocol/golden, which the server's tests run as well.

import { describe, expect, it } from 'vitest';
import invalidNotifications from '../../../protocol/golden/invalid_notifications.json';
import invalidRequests from '../../../protocol/golden/invalid_requests.json';
import validErrors from '../../../protocol/golden/valid_errors.json';
import validNotifications from '../../../protocol/golden/valid_notifications.json';
import validRequests from '../../../protocol/golden/valid_requests.json';
import validResults from '../../../protocol/golden/valid_results.json';
import { readErrorObject } from '../src/errors';
import { errors, paramsOf, type Methods } from '../src/protocol';
import {
  isNotification,
  problemOfNotification,
  problemOfParams,
  problemOfResult,
} from '../src/validate';

type Method = keyof Methods;

interface InvalidRequest {
  readonly name: string;
  readonly text?: string;
  readonly error: { readonly code: number; readonly field?: string };
}

const refusedParams = (invalidRequests as InvalidRequest[]).filter(
  ({ text, error }) => text !== undefined && error.code === errors.invalid_params.code,
);

describe('golden vectors', () => {
  it.each(validRequests)('request: $name', ({ method, json }) => {
    expect(Object.keys(paramsOf)).toContain(method);
    const { params } = json as { params?: unknown };
    expect(problemOfParams(method as Method, params ?? {})).toBeNull();
  });

  it.each(refusedParams)('invalid request: $name', ({ text, error }) => {
    const { method, params } = JSON.parse(text!) as { method: Method; params?: unknown };
    const problem = problemOfParams(method, params ?? {});
    expect(problem).not.toBeNull();
    expect(problem!.field || 'params').toBe(error.field);
  });

  it.each(validResults)('result: $name', ({ method, json }) => {
    expect(problemOfResult(method as Method, json.result)).toBeNull();
  });

  it.each(validNotifications)('notification: $name', ({ method, json }) => {
    expect(isNotification(method) && problemOfNotification(method, json.params)).toBeNull();
  });

  it.each(invalidNotifications)('invalid notification: $name', ({ method, json, error }) => {
    const problem = isNotification(method) ? problemOfNotification(method, json.params) : null;
    expect(problem?.field).toBe(error.field);
  });

  it.each(validErrors)('error: $name', ({ json }) => {
    expect(readErrorObject(json.error)).toEqual(json.error);
    const { code, data } = json.error;
    expect(errors[data.name as keyof typeof errors]).toMatchObject({ code, retry: data.retry });
  });
});

describe('what a later server may do', () => {
  const from = { id: 'ann', name: 'Ann', mood: 'good' };

  it('is understood when it tells more than is known', () => {
    const message = { room: 'beach', seq: 1, ts: 1, from, text: 'x', reactions: [] };
    expect(problemOfNotification('message', message)).toBeNull();
  });

  it('is understood when it allows longer texts', () => {
    const message = { room: 'beach', seq: 1, ts: 1, from, text: 'x'.repeat(5000) };
    expect(problemOfNotification('message', message)).toBeNull();
  });

  it.each([undefined, null, 'no', {}, { code: 'x', message: 5, data: 'y' }])(
    'is read as an error even when it hardly is one: %j',
    (error) => {
      const { data } = readErrorObject(error);
      expect(data).toEqual({ name: 'internal_error', retry: false });
    },
  );
});
