// SPDX-License-Identifier: Apache-2.0
// A second reader of JSON (RFC 8259), written from its grammar alone. It throws where the text is not JSON, and where it takes one name twice.

/** The value of a text that the first reader took. */
export function readJsonAgain(bytes: Uint8Array): unknown {
  const reader = new Reader(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  const value = reader.value();
  reader.end();
  return value;
}

const ESCAPES: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): unknown {
    this.#space();
    const first = this.#text[this.#at];
    if (first === '{') return this.#object();
    if (first === '[') return this.#list();
    if (first === '"') return this.#string();
    for (const [word, value] of [['true', true], ['false', false], ['null', null]] as const) {
      if (this.#text.startsWith(word, this.#at)) return this.#past(word.length, value);
    }
    NUMBER.lastIndex = this.#at;
    const number = NUMBER.exec(this.#text)?.[0];
    if (number === undefined) throw new SyntaxError('no value');
    return this.#past(number.length, exact(number));
  }

  end(): void {
    this.#space();
    if (this.#at !== this.#text.length) throw new SyntaxError('more text');
  }

  #object(): unknown {
    const members = new Map<string, unknown>();
    this.#take('{');
    if (!this.#took('}')) {
      do {
        this.#space();
        const name = this.#string();
        this.#take(':');
        if (members.has(name)) throw new SyntaxError('a name twice');
        members.set(name, this.value());
      } while (this.#took(','));
      this.#take('}');
    }
    return Object.fromEntries(members);
  }

  #list(): unknown[] {
    const items: unknown[] = [];
    this.#take('[');
    if (this.#took(']')) return items;
    do items.push(this.value());
    while (this.#took(','));
    this.#take(']');
    return items;
  }

  #string(): string {
    let value = '';
    this.#take('"');
    for (;;) {
      const unit = this.#text[this.#at++];
      if (unit === '"') return value;
      if (unit === undefined || unit < ' ') throw new SyntaxError('no end of a string');
      value += unit === '\\' ? this.#escape() : unit;
    }
  }

  #escape(): string {
    const letter = this.#text[this.#at++] ?? '';
    if (letter !== 'u') return ESCAPES[letter]!;
    const digits = this.#text.slice(this.#at, this.#at + 4);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw new SyntaxError('no number of a character');
    return this.#past(4, String.fromCharCode(Number.parseInt(digits, 16)));
  }

  #space(): void {
    while (' \t\n\r'.includes(this.#text[this.#at] ?? 'x')) this.#at += 1;
  }

  #took(unit: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== unit) return false;
    this.#at += 1;
    return true;
  }

  #take(unit: string): void {
    if (!this.#took(unit)) throw new SyntaxError(`no ${unit}`);
  }

  #past<T>(length: number, value: T): T {
    this.#at += length;
    return value;
  }
}

/** The number, or its text where a double holds another. */
function exact(text: string): number | string {
  const value = Number(text);
  if (!Number.isFinite(value)) return text;
  return /^-?[0-9]+$/.test(text) && BigInt(text) !== BigInt(value) ? text : value;
}
