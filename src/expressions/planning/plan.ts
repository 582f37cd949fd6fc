import { isElsewhere } from '../../core/identity/elsewhere.ts'
import { operatorSign } from '../checking/call-words.ts'
import { variables } from '../checking/variables.ts'
import { operations } from '../operation/all-operations.ts'
import { NO_KEY } from '../operation/collections.ts'
import { typeNames } from '../operation/conversion.ts'
import { ABSENT, type Operation } from '../operation/operation.ts'
import { times } from '../operation/times.ts'
import { dottedName, type Node } from '../syntax/node.ts'
import { fromJson } from '../value/json.ts'
import { MOST_UNITS, spend, spendText, TOO_COSTLY } from '../value/meter.ts'
import { Failure, listOf, mapOf, type Value } from '../value/value.ts'
import { callPlan } from './call.ts'
import { fieldPlan, hasFieldPlan, variablePlan } from './fields.ts'
import { type Frame, type Plan, placed } from './frame.ts'
import { choicePlan, eitherPlan } from './logic.ts'
import { walkPlan } from './walk.ts'

/** A pattern in RE2 syntax: how much a text costs by it, and whether some of the text matches. */
export interface TextPattern {
  /** The size of its program; a text costs at most so much for each character. */
  readonly size: number
  readonly test: (text: string) => boolean
}

/** A pattern, or what is wrong with it, completing "the pattern …". */
export type CompilePattern = (
  source: string,
) =>
  | { readonly ok: true; readonly value: TextPattern }
  | { readonly ok: false; readonly message: string }

/** What a part is planned among. */
interface Surroundings {
  readonly pattern: CompilePattern
  /** The variables of the walks around it; each lies at its place among the locals. */
  readonly locals: readonly string[]
  /** Hears what is wrong with what is written out; completes "The expression at character N …". */
  readonly tell: (message: string, at: number) => void
}

type NodeOf<K extends Node['kind']> = Extract<Node, { readonly kind: K }>

const nothing = (at: number): Plan => {
  const failure = new Failure('it was never compiled', at)
  return () => failure
}

/** A tree that was checked as something that can be evaluated. */
export const planOf = (node: Node, around: Surroundings): Plan => {
  switch (node.kind) {
    case 'literal':
      return () => node.value
    case 'name':
      return namePlan(node, around)
    case 'select':
      return selectPlan(node, around)
    case 'has':
      return hasPlan(node, around)
    case 'call':
      return callOf(node, around)
    case 'list':
      return listPlan(node, around)
    case 'map':
      return mapPlan(node, around)
    case 'each':
      return eachPlan(node, around)
    case 'unknown':
      return nothing(node.at)
  }
}

const typePlan = (name: string): Plan => {
  const type: Value = { kind: 'type', name }
  return () => type
}

const namePlan = ({ name, at }: NodeOf<'name'>, { locals }: Surroundings): Plan => {
  const slot = locals.lastIndexOf(name)
  if (slot >= 0) return (frame) => frame.locals[slot] ?? null
  return variablePlan(name) ?? (typeNames.has(name) ? typePlan(name) : nothing(at))
}

/** The name of a variable that no walk around has taken. */
const variableOf = (node: Node, { locals }: Surroundings): string | undefined =>
  node.kind === 'name' && !locals.includes(node.name) && Object.hasOwn(variables, node.name)
    ? node.name
    : undefined

/** Whoever asks whether it is there might take its absence for a permission. */
const unknownClaim = (name: string, at: number): Failure =>
  new Failure(`the claim \`${name}\` is elsewhere`, at)

const claimPlan = (name: string, at: number): Plan => {
  const missing = new Failure(`there is no claim \`${name}\``, at)
  const elsewhere = unknownClaim(name, at)
  return (frame) => {
    frame.left -= 1
    if (frame.left < 0) return TOO_COSTLY
    const { claims } = frame.identity
    const value = Object.hasOwn(claims, name) ? claims[name] : undefined
    if (value !== undefined && value !== null) return fromJson(value)
    if (isElsewhere(claims, name)) return elsewhere
    return value === null ? null : missing
  }
}

const hasClaimPlan = (name: string, at: number): Plan => {
  const elsewhere = unknownClaim(name, at)
  return ({ identity: { claims } }) => {
    const value = Object.hasOwn(claims, name) ? claims[name] : undefined
    if (value !== undefined && value !== null) return true
    return isElsewhere(claims, name) ? elsewhere : value === null
  }
}

const selected = (value: Value, field: string): Value | Failure | undefined =>
  typeof value === 'object' && value?.kind === 'map' ? value.get(field) : undefined

const selectPlan = (node: NodeOf<'select'>, around: Surroundings): Plan => {
  const { operand, field, at } = node
  const object = variableOf(operand, around)
  if (object === 'claims') return claimPlan(field, at)
  const known = object === undefined ? undefined : fieldPlan(object, field, at)
  if (known !== undefined) return known
  const type = dottedName(node)
  if (type !== undefined && typeNames.has(type)) return typePlan(type)
  const within = planOf(operand, around)
  const missing = new Failure(`${NO_KEY.message} as \`${field}\``, at)
  return (frame) => {
    frame.left -= 1
    if (frame.left < 0) return TOO_COSTLY
    const value = within(frame)
    if (value instanceof Failure) return value
    const found = selected(value, field) ?? missing
    return found instanceof Failure ? placed(found, at) : found
  }
}

const hasPlan = ({ operand, field, at }: NodeOf<'has'>, around: Surroundings): Plan => {
  const object = variableOf(operand, around)
  if (object === 'claims') return hasClaimPlan(field, at)
  const known = object === undefined ? undefined : hasFieldPlan(object, field)
  if (known !== undefined) return known
  const within = planOf(operand, around)
  const noMap = new Failure('`has` is asked of something that is no map', at)
  return (frame) => {
    frame.left -= 1
    if (frame.left < 0) return TOO_COSTLY
    const value = within(frame)
    if (value instanceof Failure) return value
    return typeof value === 'object' && value?.kind === 'map' ? value.has(field) : noMap
  }
}

const valuesOf = (plans: readonly Plan[], frame: Frame): readonly Value[] | Failure => {
  if (!spend(frame, 1 + plans.length)) return TOO_COSTLY
  const values: Value[] = []
  for (const plan of plans) {
    const value = plan(frame)
    if (value instanceof Failure) return value
    values.push(value)
  }
  return values
}

const isWritten = (node: Node): boolean => node.kind === 'literal'

const listPlan = ({ members }: NodeOf<'list'>, around: Surroundings): Plan => {
  const plans = members.map((member) => planOf(member, around))
  if (members.every(isWritten)) {
    const list = listOf(members.flatMap((one) => (one.kind === 'literal' ? [one.value] : [])))
    return () => list
  }
  return (frame) => {
    const values = valuesOf(plans, frame)
    return values instanceof Failure ? values : listOf(values)
  }
}

/** What an entry of a map that is made costs. */
const ENTRY_UNITS = 8

const mapPlan = ({ entries, at }: NodeOf<'map'>, around: Surroundings): Plan => {
  const plans = entries.flat().map((one) => planOf(one, around))
  const noMap = new Failure('a key is there twice, or is no text, integer or boolean', at)
  return (frame) => {
    const values = valuesOf(plans, frame)
    if (values instanceof Failure) return values
    const texts = values.reduce<number>(
      (sum, one) => sum + (typeof one === 'string' ? one.length : 0),
      0,
    )
    if (!spendText(frame, texts) || !spend(frame, ENTRY_UNITS * entries.length)) return TOO_COSTLY
    const pairs = entries.map((_, index): readonly [Value, Value] => [
      values[2 * index] ?? null,
      values[2 * index + 1] ?? null,
    ])
    return mapOf(pairs) ?? noMap
  }
}

const eachPlan = (node: NodeOf<'each'>, around: Surroundings): Plan => {
  const slot = around.locals.length
  const within = { ...around, locals: [...around.locals, node.variable] }
  return walkPlan({
    at: node.at,
    macro: node.macro,
    slot,
    range: planOf(node.range, around),
    ...(node.where === undefined ? {} : { where: planOf(node.where, within) }),
    body: planOf(node.body, within),
  })
}

/** How many steps of the program of a pattern are one unit. */
const STEPS_PER_UNIT = 16

const matchesPlan = (operands: readonly Node[], around: Surroundings, at: number): Plan => {
  const [text, source] = operands
  if (text === undefined || source?.kind !== 'literal') return nothing(at)
  const compiled = around.pattern(String(source.value))
  if (!compiled.ok) {
    around.tell(`has a pattern that ${compiled.message}`, source.at)
    return nothing(at)
  }
  const { size, test } = compiled.value
  const within = planOf(text, around)
  const noText = new Failure('`matches` is for texts', at)
  return (frame) => {
    const value = within(frame)
    if (value instanceof Failure) return value
    if (typeof value !== 'string') return noText
    const units = 1 + Math.ceil((value.length * size) / STEPS_PER_UNIT)
    return spend(frame, units) ? test(value) : TOO_COSTLY
  }
}

const callOf = (node: NodeOf<'call'>, around: Surroundings): Plan => {
  const { name, target, at } = node
  const operands = [...(target === undefined ? [] : [target]), ...node.operands]
  if (name === 'matches') return matchesPlan(operands, around, at)
  const plans = operands.map((operand) => planOf(operand, around))
  const [one = nothing(at), two = nothing(at), three = nothing(at)] = plans
  if (name === '_&&_') return eitherPlan(one, two, false, at)
  if (name === '_||_') return eitherPlan(one, two, true, at)
  if (name === '_?_:_') return choicePlan(one, two, three, at)
  const operation = operations.get(name)
  if (operation === undefined) return nothing(at)
  const plan = callPlan(operation, plans, operatorSign(name) ?? `\`${name}\``, at)
  if (Object.hasOwn(times, name) && operands.length === 2) checkZone(node, operation, around)
  return operation.isFolded && operands.every(isWritten) ? folded(plan, around, at) : plan
}

const BEGINNING: Value = { kind: 'timestamp', nanos: 0n }

/** A zone is written out, and so it can be tried. */
const checkZone = (
  { operands, at }: NodeOf<'call'>,
  { run }: Operation,
  { tell }: Surroundings,
) => {
  const [zone] = operands
  if (zone?.kind !== 'literal') return
  const outcome = run({ left: MOST_UNITS }, BEGINNING, zone.value, ABSENT, ABSENT)
  if (outcome instanceof Failure) tell(`cannot come to anything: ${outcome.message}`, at)
}

/** What is made of values that are written out is made once; what cannot be made is told. */
const folded = (plan: Plan, { tell }: Surroundings, at: number): Plan => {
  const identity = { issuer: '', subject: '', via: '', scopes: [], claims: {} }
  const value = plan({ left: MOST_UNITS, identity, asked: undefined, locals: [] })
  if (value instanceof Failure) tell(`cannot come to anything: ${value.message}`, at)
  return () => value
}
