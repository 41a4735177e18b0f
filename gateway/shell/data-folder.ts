// What lies in the data folder, and under which names.
import { join } from 'node:path'

export const dataFiles = {
  database: 'stillruf.db',
  authority: 'authority.pem',
  authorityKey: 'authority-key.pem',
  certificate: 'gateway-certificate.pem',
  key: 'gateway-key.pem',
  revoked: 'revoked.pem',
  configuration: 'gateway.yaml',
} as const

export const databaseIn = (folder: string): string => join(folder, dataFiles.database)
