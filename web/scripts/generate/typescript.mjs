// The client's protocol.ts: types for the compiler, tables for the run time.

import { alternativesOf, fieldsOf, isUnbounded, nameOfReference } from './schema.mjs';

const header = `// Generated from protocol/schema.json by "npm run generate": don't edit.
`;

const quoted = (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const isIdentifier = (text) => /^[A-Za-z_$][\w$]*$/u.test(text);
const key = (text) => (isIdentifier(text) ? text : quoted(text));

/** `room_join_result` → `RoomJoinResult` */
const typeName = (name) =>
  name.replace(/(?:^|_)([a-z0-9])/gu, (_, letter) => letter.toUpperCase());

function typeOf(schema) {
  if (schema.$ref) return typeName(nameOfReference(schema.$ref));
  switch (schema.type) {
    case 'array':
      return `${typeOf(schema.items)}[]`;
    case 'integer':
      return 'number';
    case 'string':
    case 'boolean':
      return schema.type;
    default:
      throw new Error(`no TypeScript for ${JSON.stringify(schema)}`);
  }
}

function writeInterface([name, struct]) {
  const lines = fieldsOf(struct).flatMap(({ name: field, schema, required }) => [
    ...(schema.description ? [`  /** ${schema.description} */`] : []),
    `  ${key(field)}${required ? '' : '?'}: ${typeOf(schema)};`,
  ]);
  if (lines.length === 0) return `export type ${typeName(name)} = Record<string, never>;`;
  return `export interface ${typeName(name)} {\n${lines.join('\n')}\n}`;
}

function writeMethodMap(name, methods) {
  const lines = methods.flatMap(({ method, params, result, summary }) => {
    const types = [`params: ${typeOf(params)}`, ...(result ? [`result: ${typeOf(result)}`] : [])];
    return [`  /** ${summary} */`, `  ${key(method)}: { ${types.join('; ')} };`];
  });
  return `export interface ${name} {\n${lines.join('\n')}\n}`;
}

/** A type in one word: \`id\`, \`user\`, \`integer\`, \`1..100\`, \`message[100]\`. */
function notationOf(schema) {
  if (schema.$ref) return nameOfReference(schema.$ref);
  if (schema.type === 'array') return `${notationOf(schema.items)}[${schema.maxItems}]`;
  if (schema.type === 'string') return schema['x-rule'];
  if (schema.type === 'integer' && !isUnbounded(schema)) {
    return `${schema.minimum}..${schema.maximum}`;
  }
  return schema.type;
}

function writeStructTable(structs) {
  const lines = structs.map(([name, struct]) => {
    const fields = fieldsOf(struct).map(
      ({ name: field, schema, required }) =>
        `${key(required ? field : `${field}?`)}: ${quoted(notationOf(schema))}`,
    );
    return `  ${key(name)}: {${fields.length > 0 ? ` ${fields.join(', ')} ` : ''}},`;
  });
  return lines.join('\n');
}

function writeRows(rows, columns) {
  return rows
    .map((row) => {
      const values = columns.map((column) => {
        const value = row[column];
        return `${key(column)}: ${typeof value === 'string' ? quoted(value) : value}`;
      });
      return `  ${key(row.name)}: { ${values.join(', ')} },`;
    })
    .join('\n');
}

const writeNames = (methods, part) =>
  methods
    .map((each) => `  ${key(each.method)}: ${quoted(nameOfReference(each[part].$ref))},`)
    .join('\n');

function refuseClashes(schema) {
  const words = [...schema['x-rules'].map(({ name }) => name), 'integer', 'boolean'];
  const clash = words.find((word) => word in schema.$defs);
  if (clash) throw new Error(`"${clash}" names a struct and a rule`);
}

/** The whole text of protocol.ts. */
export function writeTypeScript(schema) {
  refuseClashes(schema);
  const structs = Object.entries(schema.$defs);
  const methods = schema['x-methods'];
  const notifications = schema['x-notifications'];
  const alternatives = structs.filter(([, struct]) => alternativesOf(struct).length > 0);
  const table = (name, comment, rows) =>
    `/** ${comment} */\nexport const ${name} = {\n${rows}\n} as const;`;
  return `${[
    header + structs.map(writeInterface).join('\n\n'),
    writeMethodMap('Methods', methods),
    writeMethodMap('Notifications', notifications),
    table(
      'structs',
      'Each field as one word: a rule, a struct, a range; `[n]`: at most n of them; `?`: optional.',
      writeStructTable(structs),
    ),
    table(
      'exactlyOneOf',
      'Structs of which exactly one of these fields is there.',
      alternatives
        .map(([name, struct]) => {
          const names = alternativesOf(struct).map(quoted).join(', ');
          return `  ${key(name)}: [${names}],`;
        })
        .join('\n'),
    ),
    table('paramsOf', 'The struct of the params of each method.', writeNames(methods, 'params')),
    table('resultOf', 'The struct of the result of each method.', writeNames(methods, 'result')),
    table(
      'notificationOf',
      'The struct of the params of each notification.',
      writeNames(notifications, 'params'),
    ),
    table(
      'rules',
      'The lengths of strings, in code points.',
      writeRows(schema['x-rules'], ['minLength', 'maxLength']),
    ),
    table(
      'errors',
      'The errors that the server answers.',
      writeRows(schema['x-errors'], ['code', 'retry', 'sentence']),
    ),
    table(
      'closeCodes',
      'Why the server closes a connection.',
      writeRows(schema['x-close-codes'], ['code', 'reconnect', 'sentence']),
    ),
    table(
      'limits',
      'The bounds of the protocol.',
      Object.entries(schema['x-limits'])
        .map(([name, value]) => `  ${key(name)}: ${value},`)
        .join('\n'),
    ),
  ].join('\n\n')}\n`;
}
