import { readFileSync } from 'node:fs';
import * as z from 'zod';

const reference = z.object({
  shape: z.string(),
  location: z.string().optional(),
  locationName: z.string().optional(),
});

const shape = z.object({
  type: z.enum([
    'boolean',
    'integer',
    'string',
    'structure',
    'timestamp',
    'blob',
    'long',
    'list',
    'double',
    'map',
  ]),
  required: z.array(z.string()).default([]),
  members: z.record(z.string(), reference).default({}),
  member: reference.optional(),
  key: reference.optional(),
  value: reference.optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  pattern: z.string().optional(),
  enum: z.array(z.string()).optional(),
});
type Shape = z.infer<typeof shape>;

const serviceModel = z.object({
  operations: z.record(
    z.string(),
    z.object({
      http: z.object({ method: z.string(), requestUri: z.string() }),
      input: z.string().optional(),
      output: z.string().optional(),
      errors: z.array(z.string()),
    }),
  ),
  shapes: z.record(z.string(), shape),
});

const modelsFile = z.object({
  dynamodb: serviceModel,
  s3: serviceModel,
  sns: serviceModel,
  sqs: serviceModel,
  ssm: serviceModel,
});

export type ServiceName = keyof z.infer<typeof modelsFile>;

/** AWS's own models of the operations that Plateline uses (README.md in this folder). */
export const models = modelsFile.parse(
  JSON.parse(readFileSync(new URL('models.json', import.meta.url), 'utf8')),
);

/** Faults of an input or output in JSON against the model; each names its place. */
export function faultsOf(
  service: ServiceName,
  operationName: string,
  side: 'input' | 'output',
  value: unknown,
): string[] {
  const operation = models[service].operations[operationName];
  if (operation === undefined) return [`${service} has no operation ${operationName} in the model`];
  const name = operation[side];
  if (name === undefined) return [];
  return faultsOfShape(models[service].shapes, name, value, `${operationName} ${side}`);
}

type Shapes = Readonly<Record<string, Shape>>;

function faultsOfShape(shapes: Shapes, name: string, value: unknown, place: string): string[] {
  const found = shapes[name];
  if (found === undefined) return [`${place}: the model has no shape ${name}`];
  switch (found.type) {
    case 'structure':
      return isRecord(value) ? faultsOfStructure(shapes, found, value, place) : [`${place} is no structure`];
    case 'map':
      return isRecord(value) ? faultsOfMap(shapes, found, value, place) : [`${place} is no map`];
    case 'list':
      return Array.isArray(value) ? faultsOfList(shapes, found, value, place) : [`${place} is no list`];
    case 'string':
      return typeof value === 'string' ? faultsOfText(found, value, place) : [`${place} is no string`];
    case 'blob':
      return typeof value === 'string' ? [] : [`${place} is no blob in base64`];
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${place} is no boolean`];
    case 'integer':
    case 'long':
      return Number.isInteger(value)
        ? rangeFaults(found, Number(value), place)
        : [`${place} is no whole number`];
    case 'double':
    case 'timestamp':
      return typeof value === 'number' ? rangeFaults(found, value, place) : [`${place} is no number`];
  }
}

function faultsOfStructure(
  shapes: Shapes,
  { members, required }: Shape,
  value: Readonly<Record<string, unknown>>,
  place: string,
): string[] {
  const missing = required.filter((name) => value[name] === undefined || value[name] === null);
  return [
    ...missing.map((name) => `${place} lacks ${name}`),
    ...Object.entries(value).flatMap(([name, inner]) => {
      const member = members[name];
      if (member === undefined) return [`${place} has ${name}, which the model does not know`];
      return inner === null || inner === undefined
        ? []
        : faultsOfShape(shapes, member.shape, inner, `${place}.${name}`);
    }),
  ];
}

function faultsOfMap(
  shapes: Shapes,
  found: Shape,
  value: Readonly<Record<string, unknown>>,
  place: string,
): string[] {
  const entries = Object.entries(value);
  return [
    ...rangeFaults(found, entries.length, `${place} (entries)`),
    ...entries.flatMap(([key, inner]) => [
      ...faultsOfShape(shapes, found.key?.shape ?? '', key, `${place} (key)`),
      ...faultsOfShape(shapes, found.value?.shape ?? '', inner, `${place}.${key}`),
    ]),
  ];
}

function faultsOfList(shapes: Shapes, found: Shape, value: readonly unknown[], place: string): string[] {
  return [
    ...rangeFaults(found, value.length, `${place} (length)`),
    ...value.flatMap((inner, index) =>
      faultsOfShape(shapes, found.member?.shape ?? '', inner, `${place}[${index}]`),
    ),
  ];
}

function faultsOfText(found: Shape, value: string, place: string): string[] {
  const { pattern, enum: allowed } = found;
  return [
    ...rangeFaults(found, value.length, `${place} (length)`),
    ...(pattern !== undefined && !new RegExp(`^(?:${pattern})$`, 'u').test(value)
      ? [`${place} does not match ${pattern}`]
      : []),
    ...(allowed !== undefined && !allowed.includes(value)
      ? [`${place} is none of ${allowed.join(', ')}`]
      : []),
  ];
}

function rangeFaults({ min, max }: Shape, value: number, place: string): string[] {
  return [
    ...(min !== undefined && value < min ? [`${place} is less than ${min}`] : []),
    ...(max !== undefined && value > max ? [`${place} is more than ${max}`] : []),
  ];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
