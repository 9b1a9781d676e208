/** How OTLP/HTTP answers: in the encoding of the request, errors as google.rpc.Status. */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import type { Request } from 'express'
import type { Answer, Dialect } from './route.ts'

export const OTLP_DIALECT: Dialect = {
  headers: {},
  answer(problem, request) {
    const { status, message, headers } = problem
    const code = CODES[status] ?? (status < 500 ? 3 : 13)
    const type = protobufType(request)
    if (type === null) return { status, json: { code, message }, headers }
    const writer = new BinaryWriter()
    writer.tag(1, WireType.Varint).int32(code).tag(2, WireType.LengthDelimited).string(message)
    return { status, bytes: writer.finish(), type, headers }
  },
}

/** google.rpc.Code of what is not INVALID_ARGUMENT (3) or INTERNAL (13). */
const CODES: Record<number, number> = { 401: 16, 403: 7, 404: 5, 413: 8, 503: 14 }

/** An ExportLogsServiceResponse: all is well, or how many records were rejected and why the first was. */
export function exportAnswer(request: Request, rejected: number, errorMessage: string): Answer {
  const type = protobufType(request)
  if (type === null) {
    // 64-bit numbers are text in protobuf's JSON.
    const partialSuccess = rejected === 0 ? {} : { rejectedLogRecords: String(rejected), errorMessage }
    return { status: 200, json: { partialSuccess } }
  }
  const writer = new BinaryWriter()
  if (rejected > 0) {
    writer.tag(1, WireType.LengthDelimited).fork()
    writer.tag(1, WireType.Varint).int64(rejected).tag(2, WireType.LengthDelimited).string(errorMessage)
    writer.join()
  }
  return { status: 200, bytes: writer.finish(), type }
}

/** The media type of a request in protobuf, else null. */
export function protobufType(request: Request): string | null {
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()
  return PROTOBUF.includes(type) ? type : null
}

const PROTOBUF = ['application/x-protobuf', 'application/protobuf']
