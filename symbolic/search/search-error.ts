import { InputError } from '../../sim/model/input-error.ts';

/**
 * Data or options the search cannot work with.
 *
 * Codes: SEA001 options, SEA002 operators and expressions, SEA003 data, SEA004 templates, SEA005 units,
 * SEA006 resuming, SEA007 objective terms.
 */
export class SearchError extends InputError {
  /**
   * @param code stable, see above
   * @param field column or option the problem is in
   */
  constructor(code: SearchErrorCode, what: string, field: string, mend: string) {
    super({ code, what, field, mend });
  }
}

export type SearchErrorCode = 'SEA001' | 'SEA002' | 'SEA003' | 'SEA004' | 'SEA005' | 'SEA006' | 'SEA007';
