#!/usr/bin/env -S node --max-semi-space-size=1 --optimize-for-size --max-opt=1
// stillruf-device: one command of the device program, then its exit status.
// The flags keep it small: little garbage waits, and nothing is compiled beyond the first stage [D18].
import { watched } from '../protocol/command-line/output.ts'
import { runProgram } from '../protocol/command-line/run-program.ts'
import { createProgram } from './commands.ts'

process.stderr.on('error', () => {}) // whoever read it may have left; the command still does its work
const status = await runProgram({
  words: process.argv.slice(2),
  environment: process.env,
  create: createProgram,
  configured: async () => null, // device.yaml is about wires and names no language
  tell: sentence => process.stderr.write(`${sentence}\n`),
  written: watched(process.stdout),
})
if (status !== 0) process.exitCode = status // Otherwise it is what the command has set: doctor has a say.
