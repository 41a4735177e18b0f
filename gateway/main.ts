#!/usr/bin/env node
// stillruf-gateway: one command of the gateway, then its exit status.
import { runCommandLine } from './command-line.ts'

// Whoever read the output may have left; the command still does its work.
for (const output of [process.stdout, process.stderr]) output.on('error', () => {})
process.exitCode = await runCommandLine(process.argv.slice(2))
