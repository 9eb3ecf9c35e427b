import type { TokenRecord } from '../model/records.ts';
import type { Store } from '../model/store.ts';

/** Who asks: a known token, nobody, or somebody with a token that is not (or no longer) one. */
export type Identity = TokenRecord | 'anonymous' | 'invalid';

/** Reads `Authorization`: `bearer` or `token` as the API takes them, `Basic` with the token as password as git sends it. */
export function identify(store: Store, authorization: string | undefined): Identity {
  if (authorization === undefined) return 'anonymous';
  const [scheme = '', credential = ''] = authorization.trim().split(/\s+/, 2);
  const token =
    scheme.toLowerCase() === 'basic'
      ? Buffer.from(credential, 'base64')
          .toString()
          .replace(/^[^:]*:/, '')
      : credential;
  return store.tokens.get(token) ?? 'invalid';
}
