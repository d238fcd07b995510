// Which payments were served: each serves once. A facilitator answers the same payment as settled every time.

/** Remembers in this process, until a payment's time is over. */
export class ServedHere {
  #served = new Map();

  has(key) {
    return this.#served.has(key);
  }

  /** Whether the payment serves now: its time is not over, and it has not served before. */
  claim(key, until) {
    const now = Date.now();
    for (const [old, end] of this.#served) {
      if (end > now) break;
      this.#served.delete(old);
    }
    if (!(until > now) || this.#served.has(key)) return false;
    this.#served.set(key, until);
    return true;
  }

  free(key) {
    this.#served.delete(key);
  }
}
