import { describe, expect, it } from '@jest/globals';
import { cloneUrl, webUrlOf } from '../../src/github/clone-url.ts';

describe('webUrlOf', () => {
  it.each([
    { api: 'https://api.github.com', web: 'https://github.com' },
    { api: 'https://api.github.com/', web: 'https://github.com' },
    { api: 'https://api.octo-corp.ghe.com', web: 'https://octo-corp.ghe.com' },
    { api: 'https://git.example.org/api/v3', web: 'https://git.example.org' },
    { api: 'https://git.example.org:8443/api/v3/', web: 'https://git.example.org:8443' },
    { api: 'http://127.0.0.1:4000', web: 'http://127.0.0.1:4000' },
    { api: 'http://127.0.0.1:4000/github/', web: 'http://127.0.0.1:4000/github' },
    { api: 'https://api.github.com.evil.example', web: 'https://api.github.com.evil.example' },
  ])('of $api is $web', ({ api, web }) => {
    expect(webUrlOf(api)).toBe(web);
  });
});

describe('cloneUrl', () => {
  it.each([
    { web: 'https://github.com', url: 'https://github.com/acme/app.git' },
    { web: 'http://127.0.0.1:4000/github/', url: 'http://127.0.0.1:4000/github/acme/app.git' },
  ])('below $web is $url', ({ web, url }) => {
    expect(cloneUrl(web, 'acme/app')).toBe(url);
  });

  it.each(['acme', 'acme/app/x', '../app', 'acme/..', '-x/app', 'acme/app?x', 'acme/a b', 'me:pw@host/app', ''])(
    'refuses %j',
    (name) => {
      expect(() => cloneUrl('https://github.com', name)).toThrow(expect.objectContaining({ name: 'InvalidInput' }));
    },
  );
});
