import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** SHA-256 of a text's UTF-8 bytes as 64 hexadecimal digits. Pure, so that workflows can use it. */
export function digestText(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

/** Identifies what an issue asks for: its title and body. Labels and comments do not change it. */
export function issueTextDigest(issue: { readonly title: string; readonly body: string }): string {
  return digestText(`${issue.title}\u0000${issue.body}`);
}

/** The form in which people see a digest. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 12);
}

/** Bytes of a text in UTF-8, without a Buffer, which workflows do not have. */
export function utf8Bytes(text: string): number {
  return utf8ToBytes(text).length;
}
