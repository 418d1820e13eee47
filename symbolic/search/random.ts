/**
 * Random streams: sfc32 (C. Doty-Humphrey, PractRand) seeded by hashing a list of integers, so that every population
 * and round has its own stream whoever computes it.
 */
export class Random {
  private a = 0;
  private b = 0;
  private c = 0;
  private counter = 1;

  /** @param keys integers that name the stream: seed, output, population, round, … */
  constructor(...keys: readonly number[]) {
    let state = 0x9e3779b9;
    const mix = (key: number): number => {
      state = Math.imul(state ^ key, 0x85ebca6b);
      state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35) ^ (state >>> 16);
      return state;
    };
    for (const key of keys) {
      mix(key | 0);
      mix(Math.floor(key / 4294967296) | 0);
    }
    this.a = mix(1);
    this.b = mix(2);
    this.c = mix(3);
    for (let i = 0; i < 12; i++) this.bits();
  }

  /** 32 random bits as a signed integer. */
  bits(): number {
    const t = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + t;
    this.c |= 0;
    return t;
  }

  /** Uniform in [0, 1), 32 bits of resolution. */
  uniform(): number {
    return (this.bits() >>> 0) * 2.3283064365386963e-10;
  }

  /** Uniform integer in [0, count). */
  integer(count: number): number {
    return Math.floor((this.bits() >>> 0) * 2.3283064365386963e-10 * count);
  }

  /** Standard normal (Box and Muller). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }
}
