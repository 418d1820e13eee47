/** A layer's configuration, read field by field; what is missing, of the wrong sort or not supported is refused by name. */
import { InputError } from '../../model/index.ts';
import { isKnownField } from './known-fields.ts';

export class Fields {
  readonly layer: string;
  private readonly values: Readonly<Record<string, unknown>>;
  private readonly asked = new Set<string>();

  constructor(layer: string, values: Readonly<Record<string, unknown>>) {
    this.layer = layer;
    this.values = values;
  }

  raw(field: string): unknown {
    this.asked.add(field);
    return Object.hasOwn(this.values, field) ? this.values[field] : undefined;
  }

  /**
   * Refuses every field with a value that nobody has asked for and that means something.
   * @param others  fields that are known to mean nothing here
   * @throws InputError `KER003`
   */
  refuseOthers(className: string, others: readonly string[] = []): void {
    for (const [field, value] of Object.entries(this.values)) {
      if (value === null || this.asked.has(field) || others.includes(field) || isKnownField(field, value))
        continue;
      throw this.unsupported(
        field,
        `${shown(value)} is not supported: layers of class '${className}' are read without such a field`,
        'leave it out, or build the layer without it',
      );
    }
  }

  /** A whole number of at least 1. @throws InputError `KER002` */
  count(field: string): number {
    const value = this.raw(field);
    if (typeof value === 'number' && Number.isInteger(value) && value >= 1) return value;
    throw this.wrong(field, 'a whole number of at least 1');
  }

  /** A number, or `fallback` where the field is missing or null. @throws InputError `KER002` */
  number(field: string, fallback?: number): number {
    const value = this.raw(field);
    if (typeof value === 'number') return value;
    if ((value === undefined || value === null) && fallback !== undefined) return fallback;
    throw this.wrong(field, 'a number');
  }

  text(field: string, fallback?: string): string {
    const value = this.raw(field);
    if (typeof value === 'string') return value;
    if ((value === undefined || value === null) && fallback !== undefined) return fallback;
    throw this.wrong(field, 'a text');
  }

  flag(field: string, fallback: boolean): boolean {
    const value = this.raw(field);
    if (value === undefined || value === null) return fallback;
    if (typeof value === 'boolean') return value;
    throw this.wrong(field, 'true or false');
  }

  /** Whole numbers, `length` of them; one number stands for all. @throws InputError `KER002` */
  counts(field: string, length: number): number[] {
    const value = this.raw(field);
    if (typeof value === 'number' && Number.isInteger(value)) return Array<number>(length).fill(value);
    if (Array.isArray(value) && value.length === length && value.every((item) => Number.isInteger(item)))
      return value as number[];
    throw this.wrong(field, `${length} whole numbers`);
  }

  /** A list of whole numbers of any length; -1 stands where Keras infers. @throws InputError `KER002` */
  integers(field: string): number[] {
    const value = this.raw(field);
    if (Array.isArray(value) && value.every((item) => Number.isInteger(item))) return value as number[];
    throw this.wrong(field, 'a list of whole numbers');
  }

  /** Refuses any value of a field but the ones given (a missing field counts as null). @throws InputError `KER003` */
  only(field: string, allowed: readonly unknown[], mend?: string): void {
    const value = this.raw(field) ?? null;
    const texts = allowed.map((item) => JSON.stringify(item));
    if (value === null || texts.includes(JSON.stringify(value))) return;
    throw this.unsupported(
      field,
      `${shown(value)} is not supported${texts.length > 0 ? `, only ${texts.join(' or ')}` : ''}`,
      mend ?? (texts.length > 0 ? `use ${texts.join(' or ')}` : 'leave it out'),
    );
  }

  unsupported(field: string, what: string, mend = 'change it in the model, and save that again'): InputError {
    return new InputError({ code: 'KER003', layer: this.layer, field, what, mend });
  }

  wrong(field: string, expected: string): InputError {
    return new InputError({
      code: 'KER002',
      layer: this.layer,
      field,
      what: `is ${shown(this.raw(field))}, expected ${expected}`,
      mend: `give ${expected}, or save the model again`,
    });
  }
}

/** A value in a message: not all of a long one. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
