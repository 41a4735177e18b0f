// The configuration that `setup` writes where there is none: it runs, and says what to fill in.
export const exampleConfiguration = `# Stillruf, Konfiguration der Zentrale / configuration of the gateway.
# Änderungen gelten, sobald die Datei gespeichert ist; fehlerhafte werden abgelehnt, und die alte bleibt in Kraft.
# Changes count as soon as the file is saved; faulty ones are refused, and the old ones stay in force.

gateway: { id: zentrale, name: Zentrale }
language: de
data: .

mqtt: { address: 0.0.0.0, port: 8883 }
# Für andere Rechner / for other machines: { address: 0.0.0.0, port: 8443, tls: gateway }
console: { address: 127.0.0.1, port: 8080 }

sites:
  - id: haus
    name: Haus
    zones:
      - { id: eingang, name: Eingang }

devices: []
#  - id: tresen-1
#    site: haus
#    buttons:
#      - { id: links, name: Tresen links, room: Raum 1, zone: eingang }

responders:
  - { id: empfang, name: Empfang }

policies:
  - id: alle
    repeatSeconds: 60
    steps:
      - { name: Empfang, afterSeconds: 0, notify: [empfang] }
defaultPolicy: alle

faults: { notify: [empfang] }
`
