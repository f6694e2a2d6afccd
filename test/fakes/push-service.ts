import { createDecipheriv, createECDH, createHmac, type ECDH, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const hkdf = (at: { salt: Buffer; key: Buffer; info: Buffer; length: number }): Buffer => {
  const extracted = createHmac('sha256', at.salt).update(at.key).digest();
  return createHmac('sha256', extracted)
    .update(at.info)
    .update(Buffer.from([1]))
    .digest()
    .subarray(0, at.length);
};

/** What a browser does with the body of a push (RFC 8188 and 8291, one record). */
const decrypt = (body: Buffer, browser: { own: ECDH; auth: Buffer }): string => {
  const salt = body.subarray(0, 16);
  const length = body.readUInt8(20);
  const sender = body.subarray(21, 21 + length);
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), browser.own.getPublicKey(), sender]);
  const key = hkdf({ salt: browser.auth, key: browser.own.computeSecret(sender), info, length: 32 });
  const part = (name: string, size: number) => hkdf({ salt, key, info: Buffer.from(`Content-Encoding: ${name}\0`), length: size });
  const sealed = body.subarray(21 + length);
  const cipher = createDecipheriv('aes-128-gcm', part('aes128gcm', 16), part('nonce', 12));
  cipher.setAuthTag(sealed.subarray(-16));
  const text = Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()]);
  return text.subarray(0, text.lastIndexOf(2)).toString('utf8');
};

export type PushedHere = { path: string; headers: Record<string, unknown>; text: string; raw: string };

/** A push service and its browsers: it takes what Wilco sends, as one of theirs would decrypt it, and answers as told. */
export const pushService = async () => {
  const browsers = new Map<string, { own: ECDH; auth: Buffer }>();
  const pushed: PushedHere[] = [];
  const answers = new Map<string, number>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      const browser = browsers.get(path);
      const body = Buffer.concat(chunks);
      if (browser) pushed.push({ path, headers: request.headers, text: decrypt(body, browser), raw: body.toString('latin1') });
      response.writeHead(answers.get(path) ?? 201, { location: 'http://127.0.0.1:1/elsewhere' }).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    pushed,
    /** From now on this browser's pushes are answered with that status. */
    answer: (endpoint: string, status: number) => answers.set(new URL(endpoint).pathname, status),
    browser(name: string) {
      const own = createECDH('prime256v1');
      own.generateKeys();
      const auth = randomBytes(16);
      browsers.set(`/${name}`, { own, auth });
      return { endpoint: `${origin}/${name}`, keys: { p256dh: own.getPublicKey('base64url'), auth: auth.toString('base64url') } };
    },
    stop: () => new Promise<void>((done) => server.close(() => done())),
  };
};
