const LETTER_OR_DIGIT = /(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{N}]/u

/**
 * Whether people see something of a name that a client gives itself: a letter or a digit at least,
 * and none of those that are drawn as nothing, such as the Hangul fillers.
 */
export const showsSomething = (name: string): boolean => LETTER_OR_DIGIT.test(name)
