// What gpioinfo prints, in both dialects, read alike.
import { expect, test } from 'vitest'
import { parseSurvey } from '../../hardware/gpiod-survey.ts'

/** As printed by gpiod v1.6.3 and v2.2. */
const v1 = `gpiochip0 - 58 lines:
	line   0:     "ID_SDA"       unused   input  active-high 
	line  17:     "GPIO17"    "gpiomon"   input  active-high [used pull-up]
	line  18:      unnamed       kernel  output  active-high [used]
gpiochip1 - 8 lines:
	line   3:    "PWR_LED_OFF" "regulator-sd" output active-low [used bias-disabled]
`
const v2 = `gpiochip0 - 58 lines:
	line   0:	"ID_SDA"        	input
	line  17:	"GPIO17"        	input bias=pull-up edges=both consumer="gpiomon"
	line  18:	unnamed         	output consumer="kernel"
gpiochip1 - 8 lines:
	line   3:	"PWR_LED_OFF"   	output active-low bias=disabled consumer="regulator-sd"
`

test.for([
  ['v1', v1],
  ['v2', v2],
] as const)('%s: names, users, directions and resistors', ([, printed]) => {
  const free = { user: null, direction: 'input', bias: null }
  expect(parseSurvey(printed)).toEqual([
    { chip: 0, offset: 0, name: 'ID_SDA', ...free },
    { chip: 0, offset: 17, name: 'GPIO17', user: 'gpiomon', direction: 'input', bias: 'pull-up' },
    { chip: 0, offset: 18, name: null, user: 'kernel', direction: 'output', bias: null },
    { chip: 1, offset: 3, name: 'PWR_LED_OFF', user: 'regulator-sd', direction: 'output', bias: 'disabled' },
  ])
})

test('what is no line is left out', () => {
  expect(parseSurvey('gpioinfo: error\n\tline x: nothing\n')).toEqual([])
})
