import fc from 'fast-check'

/**
 * The same random cases in every run: a property that fails, fails for everybody. Set up for every
 * test file.
 */
fc.configureGlobal({ seed: 20_261_123 })
