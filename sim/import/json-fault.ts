/**
 * Where and why a text is no JSON. The engine's own messages name the place in some cases only, and not alike from
 * version to version.
 * Source: RFC 8259, "The JavaScript Object Notation (JSON) Data Interchange Format".
 */
export interface JsonFault {
  /** Offset of the first character that cannot stand there; the length of the text if it breaks off. */
  readonly offset: number;
  readonly truncated: boolean;
}

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERAL = /true|false|null/y;
/** What a string, number or literal that the text breaks off in can look like. */
const BEGUN =
  /^(?:"(?:[ !#-[\]-\uffff]|\\.)*\\?|-?\d*\.?\d*(?:[eE][+-]?\d*)?|t|tr|tru|f|fa|fal|fals|n|nu|nul)$/;

type Wanted = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end' | 'nothing';

/** The first fault of a text that JSON.parse refuses. */
export function jsonFault(text: string): JsonFault {
  const open: ('[' | '{')[] = [];
  let wanted: Wanted = 'value';
  let at = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    at = pattern.lastIndex;
    return true;
  };
  const close = () => {
    open.pop();
    at++;
    wanted = open.length === 0 ? 'nothing' : 'comma or end';
  };

  for (;;) {
    take(SPACE);
    const character = text[at];
    if (wanted === 'nothing') break;
    const closes = character === (open.at(-1) === '[' ? ']' : '}') && open.length > 0;
    if (closes && wanted.endsWith('or end')) close();
    else if (wanted === 'comma or end' && character === ',') {
      at++;
      wanted = open.at(-1) === '[' ? 'value' : 'key';
    } else if (wanted === 'colon' && character === ':') {
      at++;
      wanted = 'value';
    } else if (wanted.startsWith('key') && take(STRING)) wanted = 'colon';
    else if (wanted.startsWith('value') && (character === '[' || character === '{')) {
      open.push(character);
      at++;
      wanted = character === '[' ? 'value or end' : 'key or end';
    } else if (wanted.startsWith('value') && (take(STRING) || take(NUMBER) || take(LITERAL))) {
      wanted = open.length === 0 ? 'nothing' : 'comma or end';
    } else break;
  }
  const rest = text.slice(at).trimEnd();
  const truncated = wanted !== 'nothing' && (rest === '' || BEGUN.test(rest));
  return { offset: truncated ? text.length : at, truncated };
}
