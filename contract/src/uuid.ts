// Ids that are UUIDs, in the one spelling that they have here: as texts they stand in their order.
import { Type } from 'typebox'

export const UUID_PATTERN = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'

export const Uuid = Type.String({ pattern: `^${UUID_PATTERN}$` })
