#!/usr/bin/env -S node --max-semi-space-size=1 --optimize-for-size --max-opt=1
// stillruf-device: one command of the device program, then its exit status.
// The flags keep it small: little garbage waits, and nothing is compiled beyond the first stage [D18].
import { runProgram } from '../protocol/command-line/run-program.ts'
import { createProgram } from './commands.ts'

// Whoever read the output may have left; the command still does its work.
for (const output of [process.stdout, process.stderr]) output.on('error', () => {})
const status = await runProgram({
  words: process.argv.slice(2),
  environment: process.env,
  create: createProgram,
  configured: async () => null, // device.yaml is about wires and names no language
  tell: sentence => process.stderr.write(`${sentence}\n`),
})
if (status !== 0) process.exitCode = status // Otherwise it is what the command has set: doctor has a say.
