import fc from 'fast-check'

/** The same random cases in every run: a property that fails, fails for everybody. Imported for its effect. */
fc.configureGlobal({ seed: 20_261_123 })
