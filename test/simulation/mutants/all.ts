// All mutants.
import { deviceMutants } from './device-mutants.ts'
import { gatewayMutants } from './gateway-mutants.ts'
import type { Mutant } from './mutant.ts'
import { supervisionMutants } from './supervision-mutants.ts'

export const mutants: readonly Mutant[] = [...deviceMutants, ...gatewayMutants, ...supervisionMutants]
