// The tables of docs/PROTOCOL.md, between `<!-- generated: NAME -->` and `<!-- end -->`.

import { alternativesOf, fieldsOf, isUnbounded, nameOfReference } from './schema.mjs';

const code = (text) => `\`${text}\``;
const anchor = (name) => `[${code(name)}](#type-${name})`;
const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');

function table(titles, rows) {
  const line = (cells) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(titles), `|${titles.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

function typeOf(schema) {
  if (schema.$ref) return anchor(nameOfReference(schema.$ref));
  if (schema.type === 'array') return `at most ${schema.maxItems} ${typeOf(schema.items)}`;
  if (schema.type === 'string') return `string: [${schema['x-rule']}](#rule-${schema['x-rule']})`;
  if (schema.type === 'integer' && !isUnbounded(schema)) {
    return `integer, ${schema.minimum} to ${schema.maximum}`;
  }
  return schema.type;
}

/** `{room, before?}`, or a link to a struct of which the fields stand elsewhere. */
function shapeOf({ $ref }, schema) {
  const name = nameOfReference($ref);
  const fields = fieldsOf(schema.$defs[name]).map(
    (field) => field.name + (field.required ? '' : '?'),
  );
  return fields.length === 0 ? code('{}') : `[${code(`{${fields.join(', ')}}`)}](#type-${name})`;
}

function writeType([name, struct]) {
  const rows = fieldsOf(struct).map(({ name: field, schema, required }) => [
    code(field),
    typeOf(schema) + (required ? '' : ', optional'),
    schema.description ?? '',
  ]);
  const alternatives = alternativesOf(struct).map(code);
  return [
    `<a id="type-${name}"></a>`,
    `#### ${code(name)}`,
    '',
    table(['field', 'type', 'meaning'], rows),
    ...(alternatives.length > 0 ? ['', `Exactly one of ${alternatives.join(' and ')}.`] : []),
  ].join('\n');
}

function writeRules(schema) {
  const rows = schema['x-rules'].map(({ name, minLength, maxLength, sentence }) => [
    `<a id="rule-${name}"></a>${code(name)}`,
    `${minLength} to ${maxLength} code points`,
    sentence,
  ]);
  return `#### Strings\n\n${table(['rule', 'length', 'characters'], rows)}`;
}

const writers = {
  methods: (schema) =>
    table(
      ['method', 'params', 'result', 'what it does'],
      schema['x-methods'].map(({ method, params, result, summary }) => [
        code(method),
        shapeOf(params, schema),
        shapeOf(result, schema),
        summary,
      ]),
    ),
  notifications: (schema) =>
    table(
      ['method', 'params', 'when'],
      schema['x-notifications'].map(({ method, params, summary }) => [
        code(method),
        shapeOf(params, schema),
        summary,
      ]),
    ),
  types: (schema) => {
    const described = Object.entries(schema.$defs).filter(([, each]) => fieldsOf(each).length > 0);
    return [...described.map(writeType), writeRules(schema)].join('\n\n');
  },
  errors: (schema) =>
    table(
      ['code', 'name', 'retry', 'meaning'],
      schema['x-errors'].map(({ code: number, name, retry, sentence }) => [
        number,
        code(name),
        retry ? 'yes' : 'no',
        sentence,
      ]),
    ),
  'close-codes': (schema) =>
    table(
      ['code', 'name', 'reconnect', 'meaning'],
      schema['x-close-codes'].map(({ code: number, name, reconnect, sentence }) => [
        number,
        code(name),
        reconnect ? 'yes' : 'no',
        sentence,
      ]),
    ),
  limits: (schema) =>
    table(
      ['limit', 'value'],
      Object.entries(schema['x-limits']).map(([name, value]) => [code(name), value]),
    ),
};

const marked = /<!-- generated: ([\w-]+) -->\n[\s\S]*?<!-- end -->/gu;

/** The document with its tables written anew. Each table has its place exactly once. */
export function replaceTables(schema, document) {
  const missing = new Set(Object.keys(writers));
  const result = document.replace(marked, (whole, name) => {
    if (!missing.delete(name)) throw new Error(`docs/PROTOCOL.md: unknown or twice: ${name}`);
    return `<!-- generated: ${name} -->\n\n${writers[name](schema)}\n\n<!-- end -->`;
  });
  if (missing.size > 0) {
    throw new Error(`docs/PROTOCOL.md has no place for ${[...missing].join(', ')}`);
  }
  return result;
}
