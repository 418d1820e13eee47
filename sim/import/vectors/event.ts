/** One event to run: the raw integers of the Model's input, and what somebody else recorded for it. */
export interface Event {
  readonly id: string;
  readonly input: readonly bigint[];
  /** Recorded raw outputs. */
  readonly expected?: readonly bigint[];
  /** Recorded raw intermediate arrays by tensor name. */
  readonly layers?: Readonly<Record<string, readonly bigint[]>>;
}
