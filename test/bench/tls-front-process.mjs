// Accepts TLS for servers of this machine, whose addresses are in argv. Sends its origins and its
// certificate to its parent, and exits with it.
import { once } from 'node:events';
import { connect } from 'node:net';
import process from 'node:process';
import { pipeline } from 'node:stream';
import { createServer } from 'node:tls';
import { URL } from 'node:url';
import { generate } from 'selfsigned';

const loopback = '127.0.0.1';
const { private: key, cert } = await generate([{ name: 'commonName', value: 'bench' }], {
  keyType: 'ec',
  extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: loopback }] }],
});

const urls = [];
for (const address of process.argv.slice(2)) {
  const { hostname, port } = new URL(address);
  const server = createServer({ key, cert, noDelay: true }, (caller) => {
    const service = connect({ host: hostname, port: Number(port), noDelay: true });
    // If one side hangs up, both connections end.
    pipeline(caller, service, caller, () => undefined);
  });
  await once(server.listen(0, loopback), 'listening');
  urls.push(`https://${loopback}:${server.address().port}`);
}

process.on('disconnect', () => process.exit());
process.on('SIGINT', () => undefined);
process.send({ urls, certificate: cert });
