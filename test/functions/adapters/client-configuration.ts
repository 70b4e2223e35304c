/** What an SDK client needs to reach a service on this machine. */
export function clientConfiguration(endpoint: string) {
  return {
    endpoint,
    region: 'ap-northeast-2',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
}
