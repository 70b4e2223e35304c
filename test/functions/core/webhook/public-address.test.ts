import assert from 'node:assert/strict';
import { BlockList } from 'node:net';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { isPublicAddress } from '../../../../functions/core/webhook/public-address.ts';

const privateAddresses = {
  'this machine': ['127.0.0.1', '127.255.255.255', '::1', '0.0.0.0', '::'],
  'private networks': ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12:3456::1'],
  "the cloud's metadata": ['169.254.169.254', '169.254.170.2', 'fd00:ec2::254', 'fe80::1'],
  'shared and test networks': ['100.64.0.1', '198.18.0.1', '192.0.2.1', '198.51.100.1', '203.0.113.1'],
  'many machines at once': ['224.0.0.1', '255.255.255.255', '240.0.0.1', 'ff02::1'],
  'IPv4 addresses within IPv6': [
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '0:0:0:0:0:ffff:10.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::10.0.0.1',
    '64:ff9b:1::a00:1',
    '::127.0.0.1',
    '2002:7f00:1::',
    '2001:0:1::',
  ],
  'documentation and unassigned space': ['2001:db8::1', '3fff::1', '4000::1', '5f00::1', '100::1'],
  'text that is no address': ['', 'localhost', '1.2.3', '1.2.3.4.5', '256.1.1.1', '::g', '1::2::3', '[::1]'],
} as const;

describe('an address is not public if it is one of', () => {
  for (const [what, addresses] of Object.entries(privateAddresses)) {
    test(what, () => {
      assert.deepEqual(addresses.filter(isPublicAddress), []);
    });
  }
});

test('addresses of the internet are public', () => {
  const addresses = ['8.8.8.8', '1.1.1.1', '172.32.0.1', '100.128.0.1', '192.0.1.1', '223.255.255.255'];
  assert.deepEqual(addresses.filter(isPublicAddress), addresses);
  const ipv6 = ['2001:4860:4860::8888', '2606:4700::1111', '2001:200::1', '2a00:1450:4009:80b::200e'];
  assert.deepEqual(ipv6.filter(isPublicAddress), ipv6);
});

test("agrees with Node's own list about every IPv4 address of private networks", () => {
  const list = new BlockList();
  const ranges = [
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.168.0.0', 16],
    ['224.0.0.0', 3],
  ] as const;
  for (const [first, prefix] of ranges) list.addSubnet(first, prefix, 'ipv4');
  fc.assert(
    fc.property(fc.ipV4(), (address) => !list.check(address, 'ipv4') || !isPublicAddress(address)),
    { numRuns: 2000 },
  );
});

test('no IPv6 address outside of 2000::/3 is public, however it is written', () => {
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      const [, first = ''] = /^\[([0-9a-f]+):/.exec(URL.parse(`http://[${address}]`)?.hostname ?? '') ?? [];
      const group = Number.parseInt(first, 16);
      return (group >= 0x2000 && group < 0x4000) || !isPublicAddress(address);
    }),
    { numRuns: 2000 },
  );
});
