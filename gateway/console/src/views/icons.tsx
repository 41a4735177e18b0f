// Shapes that carry a state together with its words: no state is told by colour alone.
import type { ComponentChildren } from 'preact'

function Icon({ children }: { readonly children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {children}
    </svg>
  )
}

export const AlarmIcon = () => (
  <Icon>
    <path class="solid" d="M8.200 2h7.600L22 8.200v7.600L15.800 22H8.200L2 15.800V8.200z" />
    <path class="inner" d="M12 6.500v7" />
    <path class="inner" d="M12 17.200v.1" />
  </Icon>
)
export const TestIcon = () => (
  <Icon>
    <path class="dashed" d="M8.200 2.500h7.600l5.700 5.700v7.600l-5.700 5.700H8.200l-5.700-5.700V8.200z" />
    <path d="M10 17V7.500h2.600a2.700 2.700 0 0 1 0 5.400H10" />
  </Icon>
)
export const PersonIcon = () => (
  <Icon>
    <circle cx="10" cy="7.500" r="4" />
    <path d="M2.500 20.500c.6-4 3.600-6 7.500-6 1.500 0 2.800.3 3.900.8M15 18.500l2.500 2.500 4.500-5" />
  </Icon>
)
export const CheckIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="9.500" />
    <path d="M7.500 12.500l3 3 6-6.500" />
  </Icon>
)
export const SilentIcon = () => (
  <Icon>
    <path d="M12 2.800L22.500 21h-21z" />
    <path d="M9.200 12.200l5.600 5.600M14.800 12.200l-5.600 5.600" />
  </Icon>
)
export const UnknownIcon = () => (
  <Icon>
    <circle class="dashed" cx="12" cy="12" r="9.500" />
    <path d="M9.300 9.500a2.700 2.700 0 1 1 4 2.400c-.9.5-1.300 1-1.300 2M12 17.300v.1" />
  </Icon>
)
export const WarningIcon = () => (
  <Icon>
    <path d="M12 2.800L22.500 21h-21z" />
    <path d="M12 9.500v5.500M12 18v.1" />
  </Icon>
)
export const ClockIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="9.500" />
    <path d="M12 6.500V12l3.800 2.800" />
  </Icon>
)
export const RepeatIcon = () => (
  <Icon>
    <path d="M6 4l-3.500 8L6 20M12 4l-3.500 8 3.500 8M18 4l-3.500 8 3.500 8" />
  </Icon>
)
export const SoundOnIcon = () => (
  <Icon>
    <path d="M3 9.500v5h4l5 4.500V5L7 9.500zM15.500 9a4.200 4.200 0 0 1 0 6M18.300 6a8.500 8.500 0 0 1 0 12" />
  </Icon>
)
export const SoundOffIcon = () => (
  <Icon>
    <path d="M3 9.500v5h4l5 4.500V5L7 9.500zM16 9.500l5 5M21 9.500l-5 5" />
  </Icon>
)
export const LinkIcon = () => (
  <Icon>
    <path d="M2.500 9.500a14 14 0 0 1 19 0M6 13.500a9 9 0 0 1 12 0M9.500 17.300a4 4 0 0 1 5 0" />
  </Icon>
)
export const CutIcon = () => (
  <Icon>
    <path d="M2.500 9.500a14 14 0 0 1 7-3.600M14.500 5.900a14 14 0 0 1 7 3.600M6 13.500a9 9 0 0 1 3-2M15 11.500a9 9 0 0 1 3 2M12 20.500v.1M3.500 3l17 18" />
  </Icon>
)
export const InfoIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="9.500" />
    <path d="M12 11v6M12 7.200v.1" />
  </Icon>
)
export const ArrowIcon = () => (
  <Icon>
    <path d="M9 5l7 7-7 7" />
  </Icon>
)
export const BackIcon = () => (
  <Icon>
    <path d="M15 5l-7 7 7 7" />
  </Icon>
)
export const CloseIcon = () => (
  <Icon>
    <path d="M5.500 5.500l13 13M18.500 5.500l-13 13" />
  </Icon>
)
export const Mark = () => (
  <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <rect width="32" height="32" rx="8" />
    <circle cx="16" cy="16" r="5" />
    <path d="M8 24a11.300 11.300 0 0 1 0-16M24 8a11.300 11.300 0 0 1 0 16" />
  </svg>
)
