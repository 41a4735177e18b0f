// What stands alone on the page while nobody works with it: the gateway's name, the language, and what can be done.
import type { ComponentChildren } from 'preact'
import { LanguageSwitch } from './header.tsx'
import { Mark } from './icons.tsx'

export function DoorCard({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <main class="login">
      <div class="login-card">
        <header>
          <Mark />
          <span class="brand">Stillruf</span>
          <LanguageSwitch />
        </header>
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  )
}
