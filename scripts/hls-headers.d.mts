/** Folders of the open HLS headers, or why they are missing and how to fetch them. */
export type HlsHeaders =
  | { readonly kind: 'found'; readonly apTypes: string; readonly acTypes: string }
  | { readonly kind: 'missing'; readonly reason: string };

/** What is in the cache; never downloads. */
export declare function hlsHeaders(): HlsHeaders;

/** Downloads what is missing. @throws Error when pip or the package index cannot be reached */
export declare function fetchHlsHeaders(): HlsHeaders;
