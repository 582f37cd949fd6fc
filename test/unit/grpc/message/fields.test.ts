import { expect, it } from 'vitest'
import { FIELDS } from '../../../../src/grpc/message/fields.ts'
import { ownProtos } from '../../../support/envoy-protos.ts'

/** A message as its descriptor tells it. */
interface Message {
  readonly name: string
  readonly field: readonly {
    readonly name: string
    readonly number: number
    readonly type: string
  }[]
  readonly nestedType: readonly Message[]
  readonly options: { readonly mapEntry?: boolean } | null
}

const messagesIn = (name: string, message: Message): readonly (readonly [string, Message])[] => [
  [name, message],
  ...message.nestedType
    .filter(({ options }) => options?.mapEntry !== true)
    .flatMap((nested) => messagesIn(`${name}.${nested.name}`, nested)),
]

const USED_OF_GOOGLE: ReadonlySet<string> = new Set([
  'google.protobuf.BoolValue',
  'google.protobuf.ListValue',
  'google.protobuf.Struct',
  'google.protobuf.Value',
])

/** Every message that proto/ defines, and those that it uses of Google's. */
const messages = new Map(
  Object.entries(ownProtos()).flatMap(([name, definition]) => {
    const isMessage = 'type' in definition && 'field' in (definition.type as object)
    const isForeign = name.startsWith('google.protobuf.') && !USED_OF_GOOGLE.has(name)
    return isMessage && !isForeign ? messagesIn(name, definition.type as unknown as Message) : []
  }),
)

it('the codec knows every message and field of proto/, by its number', () => {
  const defined = [...messages].map(([name, { field }]) => [
    name,
    Object.fromEntries(field.map((one) => [one.name, one.number])),
  ])
  expect(FIELDS).toEqual(Object.fromEntries(defined))
})

it('what it reads as a text, bytes or a message is one on the wire, and what it writes as a number', () => {
  const numbers = [...messages].flatMap(([name, { field }]) =>
    field
      .filter(({ type }) => !['TYPE_STRING', 'TYPE_BYTES', 'TYPE_MESSAGE'].includes(type))
      .map((one) => `${name}.${one.name} ${one.type}`),
  )
  expect(numbers.toSorted()).toEqual([
    'envoy.config.core.v3.HeaderValueOption.appendAction TYPE_ENUM',
    'envoy.config.core.v3.HeaderValueOption.keepEmptyValue TYPE_BOOL',
    'envoy.type.v3.HttpStatus.code TYPE_INT32',
    'google.protobuf.BoolValue.value TYPE_BOOL',
    'google.protobuf.Value.boolValue TYPE_BOOL',
    'google.protobuf.Value.nullValue TYPE_ENUM',
    'google.protobuf.Value.numberValue TYPE_DOUBLE',
    'google.rpc.Status.code TYPE_INT32',
    'grpc.health.v1.HealthCheckResponse.status TYPE_ENUM',
  ])
})
