import { huntMutants } from './hunt.ts'

process.exitCode = (await huntMutants(process.argv.slice(2), console.log)) ? 0 : 1
