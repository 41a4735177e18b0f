#!/usr/bin/env node
// stillruf-gateway: one command of the gateway, then its exit status.
import { runCommandLine } from './command-line.ts'

process.stderr.on('error', () => {}) // whoever read it may have left; the command still does its work
process.exitCode = await runCommandLine(process.argv.slice(2))
