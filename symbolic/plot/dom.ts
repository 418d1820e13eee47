/** Documents without a browser. Only the parts of the interface used here are declared; this library knows no DOM. */
import { parseHTML } from 'linkedom';

export interface Element {
  readonly tagName: string;
  readonly children: Iterable<Element>;
  readonly textContent: string;
  getAttribute(name: string): string | null;
  querySelector(selector: string): Element | null;
}

export interface Document {
  readonly documentElement: Element;
}

export function parseDocument(text: string): Document {
  const parsed: unknown = parseHTML(text);
  return (parsed as { readonly document: Document }).document;
}
