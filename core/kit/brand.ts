declare const brand: unique symbol;

/** A value that must not be mixed up with others of the same shape. Only the parser of `Name` may cast to it. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
