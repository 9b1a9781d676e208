/**
 * A whole number that is a double: JavaScript cannot tell it from an integer. No property of it can be read by a path,
 * so that it is a value in documents too.
 */
export class Double {
  readonly #value: number
  constructor(value: number) {
    this.#value = value
  }
  static number(double: Double): number {
    return double.#value
  }
}
