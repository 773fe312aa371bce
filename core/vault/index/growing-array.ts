/** Numbers below 2^32 in a typed array that doubles when it is full. */
export class GrowingArray {
  #words = new Uint32Array(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#words.length) {
      const bigger = new Uint32Array(this.#words.length * 2);
      bigger.set(this.#words);
      this.#words = bigger;
    }
    this.#words[this.#length] = value;
    this.#length += 1;
  }

  /** Keeps the memory. */
  clear(): void {
    this.#length = 0;
  }

  /** Throws RangeError outside of the array. */
  at(index: number): number {
    const value = index < this.#length ? this.#words[index] : undefined;
    if (value === undefined) throw new RangeError(`no element ${index}`);
    return value;
  }
}
