const box = {
  type: 'object',
  description: "Pixels of the picture, clockwise from the plate's top-left corner.",
  required: ['x1', 'y1', 'x2', 'y2', 'x3', 'y3', 'x4', 'y4'],
  properties: Object.fromEntries(
    ['x1', 'y1', 'x2', 'y2', 'x3', 'y3', 'x4', 'y4'].map((name) => [name, { type: 'number' }]),
  ),
};

const reply = {
  type: 'object',
  required: ['header'],
  properties: {
    header: {
      type: 'object',
      required: ['isSuccessful', 'resultCode', 'resultMessage'],
      properties: {
        isSuccessful: { type: 'boolean' },
        resultCode: { type: 'integer' },
        resultMessage: { type: 'string' },
      },
    },
    result: {
      type: 'object',
      required: ['fileType', 'values', 'boxes', 'resolution'],
      properties: {
        fileType: { enum: ['jpeg', 'png'] },
        values: {
          type: 'array',
          description: 'Best first; values[i] belongs to boxes[i].',
          items: {
            type: 'object',
            required: ['value', 'conf'],
            properties: { value: { type: 'string' }, conf: { type: 'number', minimum: 0, maximum: 1 } },
          },
        },
        boxes: { type: 'array', items: box },
        resolution: { enum: ['low', 'normal'] },
      },
    },
  },
};

const replies: Readonly<Record<string, string>> = {
  200: 'The plates (resultCode 0), or a failure of the picture: 4000201 no plate, 4000001 to 4000004 a bad upload, 5000001 the reader failed.',
  400: 'The form is malformed (400).',
  401: 'A key is wrong (4010001).',
  404: 'There is no such path (4041007).',
  413: 'The request is too large (4131000).',
  415: 'The body is no multipart form (415).',
  429: 'The queue is full (4291000); Retry-After says when to come back.',
};

/** The server's interface in OpenAPI 3.1; `maxBytes` is the largest body that it takes. */
export function openApiDocument(maxBytes: number) {
  const json = (schema: object) => ({ content: { 'application/json': { schema } } });
  return {
    openapi: '3.1.0',
    info: {
      title: 'Plateline vehicle plates',
      version: '1.0',
      description: 'Reads South Korean vehicle plates from a picture.',
    },
    paths: {
      '/v1.0/appkeys/{appKey}/vehicle-plate': {
        post: {
          summary: 'Read the plates of a picture',
          parameters: [
            { name: 'appKey', in: 'path', required: true, schema: { type: 'string' } },
            {
              name: 'Authorization',
              in: 'header',
              required: true,
              description: 'The secret key, without a scheme in front of it.',
              schema: { type: 'string' },
            },
          ],
          requestBody: {
            required: true,
            content: {
              'multipart/form-data': {
                schema: {
                  type: 'object',
                  required: ['image'],
                  properties: {
                    image: {
                      type: 'string',
                      format: 'binary',
                      description: `A JPEG or PNG. The whole request has at most ${maxBytes} bytes.`,
                    },
                  },
                },
              },
            },
          },
          responses: Object.fromEntries(
            Object.entries(replies).map(([status, description]) => [status, { description, ...json(reply) }]),
          ),
        },
      },
      '/health': {
        get: { summary: 'Whether the process runs', responses: { 200: { description: 'It runs.' } } },
      },
      '/ready': {
        get: {
          summary: 'Whether the server takes pictures',
          responses: {
            200: { description: 'It does.' },
            503: { description: 'It is closing, or its reader failed and is started again.' },
          },
        },
      },
      '/metrics': {
        get: {
          summary: 'Metrics in the text format of Prometheus',
          responses: { 200: { description: 'The metrics.' } },
        },
      },
    },
  };
}
