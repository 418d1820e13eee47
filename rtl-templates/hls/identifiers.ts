/** Names of a Model as C++ identifiers: the same letters where possible, and never two alike. */

/** Words that no C++ compiler or kernel of ours leaves free. */
const RESERVED = new Set(
  (
    'alignas alignof and asm auto bool break case catch char class const constexpr continue decltype default delete do ' +
    'double else enum explicit export extern false float for friend goto if inline int long main mutable namespace new ' +
    'not nullptr operator or private protected public register return short signed sizeof static struct switch ' +
    'template this throw true try typedef typename union unsigned using virtual void volatile while xor ' +
    'kernels layers weights beat std hls sycl TRACE'
  ).split(' '),
);

/** A scope of identifiers: `nameFor` gives each name of the Model one identifier of its own. */
export class IdentifierScope {
  readonly #taken = new Set<string>();

  nameFor(name: string): string {
    const plain = name.replaceAll(/[^A-Za-z0-9]+/g, '_').replaceAll(/^_+|_+$/g, '');
    const start = plain === '' ? 'unnamed' : /^\d/.test(plain) ? `n${plain}` : plain;
    const base = RESERVED.has(start) ? `${start}_` : start;
    let chosen = base;
    for (let count = 2; this.#taken.has(chosen); count++) chosen = `${base}_${count}`;
    this.#taken.add(chosen);
    return chosen;
  }
}
