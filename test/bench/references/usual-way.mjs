// The usual way, as a good tutorial shows it: one picture per invocation straight from S3, the SDK from
// node_modules.
import process from 'node:process';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';

/* global Blob, FormData, fetch */

const { READINGS_TABLE, OCR_BASE_URL, APP_KEY_PARAMETER, SECRET_KEY_PARAMETER } = process.env;

const s3 = new S3Client({});
const ssm = new SSMClient({});
const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient({}));

let credentials;

/** Reads the picture of an S3 event. */
export const handler = async (event) => {
  const [{ s3: created }] = event.Records;
  const bucket = created.bucket.name;
  const key = decodeURIComponent(created.object.key.replaceAll('+', ' '));
  const { versionId } = created.object;

  credentials ??= await readCredentials();
  const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
  const form = new FormData();
  const picture = new Blob([await object.Body.transformToByteArray()], { type: 'image/jpeg' });
  form.append('image', picture, 'picture.jpg');

  const response = await fetch(`${OCR_BASE_URL}/v1.0/appkeys/${credentials.appKey}/vehicle-plate`, {
    method: 'POST',
    headers: { authorization: credentials.secretKey },
    body: form,
  });
  const { header, result } = await response.json();
  if (!header.isSuccessful) throw new Error(header.resultMessage);

  await dynamodb.send(
    new PutCommand({
      TableName: READINGS_TABLE,
      Item: {
        imageId: `s3://${bucket}/${key}?versionId=${versionId}`,
        plate: result.values[0].value,
        confidence: result.values[0].conf,
        box: result.boxes[0],
        readAt: new Date().toISOString(),
      },
    }),
  );
};

async function readCredentials() {
  const { Parameters: parameters } = await ssm.send(
    new GetParametersCommand({ Names: [APP_KEY_PARAMETER, SECRET_KEY_PARAMETER], WithDecryption: true }),
  );
  const valueOf = (name) => parameters.find((parameter) => parameter.Name === name).Value;
  return { appKey: valueOf(APP_KEY_PARAMETER), secretKey: valueOf(SECRET_KEY_PARAMETER) };
}
