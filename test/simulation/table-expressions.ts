import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Item = Readonly<Record<string, AttributeValue>>;

/** `ExpressionAttributeNames` and `ExpressionAttributeValues` of a request. */
type Placeholders = {
  readonly names: Readonly<Record<string, string>>;
  readonly values: Item;
};

/**
 * Whether DynamoDB's condition holds: `AND`, `OR`, parentheses, `attribute_(not_)exists`, `=`, `<`. Throws
 * for everything else.
 */
export function holds(condition: string, item: Item | undefined, placeholders: Placeholders): boolean {
  const tokens = condition.match(/[\w#:]+|[()=<]|[^\s]/g) ?? [];
  let position = 0;
  const result = either();
  if (position !== tokens.length) throw new SyntaxError(`Unknown condition: ${condition}`);
  return result;

  function either(): boolean {
    let result = both();
    while (tokens[position] === 'OR') {
      position++;
      const right = both();
      result ||= right;
    }
    return result;
  }

  function both(): boolean {
    let result = comparison();
    while (tokens[position] === 'AND') {
      position++;
      const right = comparison();
      result &&= right;
    }
    return result;
  }

  function comparison(): boolean {
    const left = take();
    if (left === '(') {
      const result = either();
      expect(')');
      return result;
    }
    if (left === 'attribute_exists' || left === 'attribute_not_exists') {
      expect('(');
      const exists = operand(take()) !== undefined;
      expect(')');
      return exists === (left === 'attribute_exists');
    }
    const operator = take();
    const [one, other] = [scalar(operand(left)), scalar(operand(take()))];
    if (one === undefined || other === undefined || typeof one !== typeof other) return false;
    if (operator === '=') return one === other;
    if (operator === '<') return one < other;
    throw new SyntaxError(`Unknown condition: ${condition}`);
  }

  function take(): string {
    return tokens[position++] ?? '';
  }

  function expect(token: string): void {
    if (take() !== token) throw new SyntaxError(`Unknown condition: ${condition}`);
  }

  function operand(token: string): AttributeValue | undefined {
    return token.startsWith(':') ? valueOf(token, placeholders) : item?.[nameOf(token, placeholders)];
  }
}

/**
 * The item after DynamoDB's update: `SET a = :a, …`, `REMOVE a, …`, `ADD a :a`. Throws for everything else.
 */
export function updated(expression: string, item: Item, placeholders: Placeholders): Item {
  const after: Record<string, AttributeValue> = { ...item };
  const clauses = expression.split(/\b(?=SET |REMOVE |ADD )/);
  for (const clause of clauses) {
    const [action = '', actions = ''] = clause.trim().split(/ (.*)/s);
    for (const part of actions.split(',')) {
      const [attribute = '', ...rest] = part.trim().split(/\s+/);
      const name = nameOf(attribute, placeholders);
      if (action === 'SET' && rest[0] === '=' && rest.length === 2) {
        after[name] = valueOf(rest[1] ?? '', placeholders);
      } else if (action === 'REMOVE' && rest.length === 0) {
        Reflect.deleteProperty(after, name);
      } else if (action === 'ADD' && rest.length === 1) {
        const sum = Number(scalar(after[name]) ?? 0) + Number(scalar(valueOf(rest[0] ?? '', placeholders)));
        after[name] = { N: String(sum) };
      } else {
        throw new SyntaxError(`Unknown update: ${expression}`);
      }
    }
  }
  return after;
}

function scalar(value: AttributeValue | undefined): string | number | undefined {
  if (value?.N !== undefined) return Number(value.N);
  return value?.S;
}

function nameOf(token: string, { names }: Placeholders): string {
  const name = token.startsWith('#') ? names[token] : token;
  if (name === undefined || !/^\w+$/.test(name)) throw new SyntaxError(`Unknown attribute: ${token}`);
  return name;
}

function valueOf(token: string, { values }: Placeholders): AttributeValue {
  const value = values[token];
  if (!value) throw new SyntaxError(`Unknown value: ${token}`);
  return value;
}
