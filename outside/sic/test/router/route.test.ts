// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PATHS, readRoute, safeReturn, SCREENS } from '../../src/router/route.ts';

test('each path is one screen; anything else is none', () => {
  for (const screen of SCREENS) assert.equal(readRoute({ pathname: PATHS[screen], search: '', hash: '' }).screen, screen);
  for (const pathname of ['/approve/', '/Approve', '//', '/approve/x', '/index.html']) assert.equal(
    readRoute({ pathname, search: '', hash: '' }).screen,
    'not-found',
  );
});

test('parameters come from the fragment or the query', () => {
  assert.equal(readRoute({ pathname: '/approve', search: '', hash: '#code=a%20b' }).parameters.get('code'), 'a b');
  assert.equal(readRoute({ pathname: '/callback', search: '?code=q&state=s', hash: '' }).parameters.get('state'), 's');
  assert.equal(readRoute({ pathname: '/approve', search: '?code=query', hash: '#code=fragment' }).parameters.get('code'), 'fragment');
});

test('after logging in one comes back to a screen of this page only', () => {
  assert.equal(safeReturn('/keys'), 'keys');
  for (const path of ['https://evil.example/', '//evil.example', '/callback', '/login', '/nowhere', '']) assert.equal(
    safeReturn(path),
    'waiting',
  );
});
