// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headersFor, type ServedKind } from '../../serve/headers.ts';
import { resolveFile } from '../../serve/resolve.ts';
import { PATHS } from '../../src/router/route.ts';

const URLS = {
  signOrigin: 'http://sign.localhost:8400',
  issuer: 'http://localhost:8401',
  ssaUrl: 'http://127.0.0.1:8402',
  scaUrl: 'http://127.0.0.1:8403/sca',
};
const policy = (kind: ServedKind): ReadonlyMap<string, string> =>
  new Map(headersFor(
    kind,
    URLS,
  )['content-security-policy']!.split('; ').map((part) => [part.split(' ')[0]!, part.slice(part.indexOf(' ') + 1)] as const));

test('the policies have no unsafe word, no wildcard and no host beyond the four', () => {
  for (const kind of ['page', 'viewer'] as const) {
    const text = headersFor(kind, URLS)['content-security-policy']!;
    assert.doesNotMatch(
      text.replace("'wasm-unsafe-eval'", ''),
      /unsafe|\*|data:|https?:(?!\/\/(?:sign\.localhost:8400|localhost:8401|127\.0\.0\.1:840[23])(?:[ /;]|$))/,
    );
    assert.equal(policy(kind).get('default-src'), "'none'");
    assert.equal(policy(kind).get('trusted-types'), "'none'");
    assert.equal(policy(kind).get('require-trusted-types-for'), "'script'");
  }
});

test('the page talks to the three services and frames the viewer alone', () => {
  assert.equal(policy('page').get('connect-src'), "'self' http://localhost:8401 http://127.0.0.1:8402 http://127.0.0.1:8403");
  assert.equal(policy('page').get('frame-src'), 'http://sign.localhost:8400/viewer.html');
  assert.equal(policy('page').get('frame-ancestors'), "'none'");
});

test('the viewer is sandboxed, reaches nothing and is framed by the page alone', () => {
  assert.equal(policy('viewer').get('sandbox'), 'allow-scripts');
  for (const directive of ['connect-src', 'worker-src', 'font-src', 'form-action', 'base-uri']) assert.equal(
    policy('viewer').get(directive),
    "'none'",
  );
  assert.equal(policy('viewer').get('frame-ancestors'), 'http://sign.localhost:8400');
});

test('every answer is marked nosniff and without referrer; only assets are for the viewer\'s origin too', () => {
  for (const kind of ['page', 'viewer', 'asset', 'data'] as const) {
    const headers = headersFor(kind, URLS);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['access-control-allow-origin'], kind === 'asset' ? '*' : undefined);
  }
});

test('addresses become files of the bundle, and nothing else', () => {
  for (const path of Object.values(PATHS)) assert.equal(resolveFile(path)?.file, 'index.html');
  assert.deepEqual(
    resolveFile('/assets/index-abc_1-2.js'),
    { file: 'assets/index-abc_1-2.js', kind: 'asset', type: 'text/javascript; charset=utf-8' },
  );
  assert.equal(resolveFile('/pdf/cmaps/90ms-RKSJ-H.bcmap')?.kind, 'data');
  for (const path of [
    '/assets/../index.html',
    '/assets/%2e%2e/x.js',
    '/assets/.hidden.js',
    '/assets/a/b.js',
    '/pdf/other/x.wasm',
    '/pins.json',
    '/index.html',
    '/assets/x.html',
    '/assets/',
    '/assets/x',
  ]) assert.equal(resolveFile(path), null, path);
});
