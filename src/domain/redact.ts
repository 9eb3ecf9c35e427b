/** A form of secret that can be told by its text alone. */
interface SecretShape {
  /** For the reader, such as "GitHub token". */
  readonly kind: string;
  /**
   * `token`: the text is a credential and nothing else. `context`: it probably is one, because of what stands around it;
   * enough to hide it from a log, not enough to stop a change.
   */
  readonly certainty: 'token' | 'context';
  /** Global. If it has a group `secret`, only that part is the secret. No unbounded repetition may be tried from many starts. */
  readonly pattern: RegExp;
}

const armour = '(?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----';

/** Published token formats of the services that a developer's machine most often holds credentials for. */
const secretShapes: readonly SecretShape[] = [
  {
    kind: 'private key',
    certainty: 'token',
    pattern: new RegExp(
      `-----BEGIN ${armour}(?:[^]{0,8000}?-----END ${armour}|(?:(?:\\s|\\\\[nr])+[A-Za-z0-9+/=]{16,})+)`,
      'g',
    ),
  },
  token('GitHub token', /\bgh[pousr]_[A-Za-z0-9_]{30,}(?:[.-][A-Za-z0-9_-]+)*/g),
  token('GitHub token', /\bgithub_pat_[A-Za-z0-9_]{22,}/g),
  token('Anthropic key', /\bsk-ant-[A-Za-z0-9_-]{20,}/g),
  token('OpenAI key', /\bsk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{20,}/g),
  token('OpenAI key', /\bsk-[A-Za-z0-9]{20,}/g),
  token('OpenRouter key', /\bsk-or-v1-[A-Za-z0-9]{32,}/g),
  token('Google API key', /\bAIza[A-Za-z0-9_-]{35}/g),
  token('AWS access key', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g),
  token('Slack token', /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/g),
  token('Slack token', /\bxapp-\d-[A-Za-z0-9-]{20,}/g),
  token('GitLab token', /\bgl(?:pat|ptt|rt|dt|ft|soat|cbt)-[A-Za-z0-9_.-]{20,}/g),
  token('npm token', /\bnpm_[A-Za-z0-9]{36}/g),
  token('PyPI token', /\bpypi-AgE[A-Za-z0-9_-]{50,}/g),
  token('Stripe key', /\b[sr]k_live_[A-Za-z0-9]{16,}/g),
  token('Hugging Face token', /\bhf_[A-Za-z0-9]{34,}/g),
  token('SendGrid key', /\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}/g),
  token('DigitalOcean token', /\bdo[opr]_v1_[a-f0-9]{64}/g),
  token('Docker Hub token', /\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}/g),
  token('Groq key', /\bgsk_[A-Za-z0-9]{40,}/g),
  token('xAI key', /\bxai-[A-Za-z0-9]{60,}/g),
  context('signed token', /\beyJ[A-Za-z0-9_-]{10,1000}\.eyJ[A-Za-z0-9_-]{10,8000}\.[A-Za-z0-9_-]{10,}/g),
  context(
    'authorization header',
    /\bauthorization\\?["']?\s{0,4}[:=]\s{0,4}\\?["']?(?:basic|bearer|token)\s{1,4}(?<secret>[A-Za-z0-9+/=_.~-]{8,})/gi,
  ),
  context('password in an address', /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/'"]{0,200}:(?<secret>[^\s@/'"]{1,400})@/gi),
];

/** Shorter known secrets are not looked for: they would hide ordinary words. */
const SHORTEST_KNOWN_SECRET = 8;

/** A secret's place in a text. Never holds the secret. */
export interface FoundSecret {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Hides secrets in a text that a person or a log will see: the known ones, and everything that looks like a token.
 * Each becomes `[redacted]`, or `[redacted <kind>]`.
 *
 * @param knownSecrets - secrets of this host; shorter than 8 characters are ignored.
 */
export function redact(text: string, knownSecrets: readonly string[] = []): string {
  let clean = text;
  for (const secret of spellings(knownSecrets)) clean = clean.replaceAll(secret, '[redacted]');
  for (const shape of secretShapes) clean = clean.replace(shape.pattern, (...match) => hidden(shape, match));
  return clean;
}

/** The same value with every text in it redacted. Takes what JSON can say. */
export function redactDeep<Value>(value: Value, knownSecrets: readonly string[] = []): Value {
  const clean = (part: unknown): unknown => {
    if (typeof part === 'string') return redact(part, knownSecrets);
    if (Array.isArray(part)) return part.map(clean);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, clean(inner)]));
  };
  return clean(value) as Value;
}

/** Finds known secrets and unmistakable tokens, in no particular order; the same place may be found twice. */
export function findSecrets(text: string, knownSecrets: readonly string[] = []): FoundSecret[] {
  const found: FoundSecret[] = [];
  for (const secret of spellings(knownSecrets)) {
    for (let start = text.indexOf(secret); start >= 0; start = text.indexOf(secret, start + secret.length)) {
      found.push({ kind: 'secret of this host', start, end: start + secret.length });
    }
  }
  for (const shape of secretShapes) {
    if (shape.certainty !== 'token') continue;
    for (const match of text.matchAll(shape.pattern)) {
      found.push({ kind: shape.kind, start: match.index, end: match.index + match[0].length });
    }
  }
  return found;
}

function token(kind: string, pattern: RegExp): SecretShape {
  return { kind, certainty: 'token', pattern };
}

function context(kind: string, pattern: RegExp): SecretShape {
  return { kind, certainty: 'context', pattern };
}

/** How a secret may be written in JSON and in an address; longest first, so that none leaves a rest behind. */
function spellings(secrets: readonly string[]): string[] {
  const all = secrets
    .filter((secret) => secret.length >= SHORTEST_KNOWN_SECRET)
    .flatMap((secret) => [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret.replace(/\p{Surrogate}/gu, '')),
    ]);
  return [...new Set(all)].sort((a, b) => b.length - a.length);
}

function hidden(shape: SecretShape, match: readonly unknown[]): string {
  const whole = String(match[0]);
  const groups = match.at(-1);
  if (typeof groups !== 'object' || groups === null || !('secret' in groups)) return `[redacted ${shape.kind}]`;
  const secret = String(groups.secret);
  const start = whole.lastIndexOf(secret);
  return `${whole.slice(0, start)}[redacted]${whole.slice(start + secret.length)}`;
}
