// SPDX-License-Identifier: Apache-2.0
import type { VNode } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import type { Person } from '../checks/enrolment.ts';
import { useDesk } from '../desk.ts';
import { countriesIn, likelyCountry } from '../flow/countries.ts';
import { type EntryFault, type EntryName, type PersonEntries, readPerson } from '../flow/person.ts';

type Faults = Partial<Record<EntryName | 'country', EntryFault>>;

const AUTOCOMPLETE: Readonly<Record<EntryName, 'given-name' | 'family-name' | 'off'>> = {
  givenName: 'given-name',
  surname: 'family-name',
  pseudonym: 'off',
};
const TEST_ID: Readonly<Record<EntryName, string>> = { givenName: 'given-name', surname: 'surname', pseudonym: 'pseudonym' };

export function PersonForm({ busy, submit }: { readonly busy: boolean; readonly submit: (person: Person) => void }): VNode {
  const { text, language } = useDesk();
  const form = useRef<HTMLFormElement>(null);
  const [entries, setEntries] = useState<PersonEntries>(() => ({
    country: likelyCountry(navigator.languages),
    kind: 'name',
    givenName: '',
    surname: '',
    pseudonym: '',
  }));
  const [faults, setFaults] = useState<Faults>({});
  const countries = useMemo(() => countriesIn(language), [language]);
  // Where the surname is said first, it is asked for first.
  const named: readonly EntryName[] = language === 'ja' ? ['surname', 'givenName'] : ['givenName', 'surname'];
  const names: readonly EntryName[] = entries.kind === 'pseudonym' ? ['pseudonym'] : named;
  const change = (part: Partial<PersonEntries>): void => setEntries((before) => ({ ...before, ...part }));

  const check = (event: Event): void => {
    event.preventDefault();
    const result = readPerson(entries);
    const found: Faults = { ...('faults' in result ? result.faults : {}), ...(entries.country === '' ? { country: 'required' } : {}) };
    setFaults(found);
    const [first] = (['country', ...names] as const).filter((name) => found[name] !== undefined);
    if (first !== undefined) form.current?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
    else if ('person' in result) submit(result.person);
  };
  const fault = (name: EntryName | 'country'): VNode | null => {
    const found = faults[name];
    return found === undefined ? null : <p class="fault" id={`fault-${name}`}>{text.signUp[found]}</p>;
  };

  return (
    <form ref={form} noValidate onSubmit={check}>
      <label class="field">
        <span>{text.signUp.country}</span>
        <select
          name="country"
          autoComplete="country"
          data-testid="sign-up-country"
          value={entries.country}
          aria-invalid={faults.country !== undefined}
          aria-describedby="fault-country"
          onChange={(event) => change({ country: event.currentTarget.value })}
        >
          <option value="" />
          {countries.map(([code, name]) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {fault('country')}
      <fieldset>
        <legend>{text.signUp.kind}</legend>
        {(['name', 'pseudonym'] as const).map((kind) => (
          <label key={kind} class="choice">
            <input
              type="radio"
              name="kind"
              value={kind}
              checked={entries.kind === kind}
              data-testid={`sign-up-kind-${kind}`}
              onChange={() => change({ kind })}
            />
            <span>{kind === 'name' ? text.signUp.kindName : text.signUp.kindPseudonym}</span>
          </label>
        ))}
        {entries.kind === 'pseudonym' && <p class="faint">{text.signUp.pseudonymHint}</p>}
      </fieldset>
      <div class="pair">
        {names.map((name) => (
          <div key={name}>
            <label class="field">
              <span>{text.signUp[name]}</span>
              <input
                name={name}
                type="text"
                autoComplete={AUTOCOMPLETE[name]}
                data-testid={`sign-up-${TEST_ID[name]}`}
                value={entries[name]}
                aria-invalid={faults[name] !== undefined}
                aria-describedby={`fault-${name}`}
                onInput={(event) => change({ [name]: event.currentTarget.value })}
              />
            </label>
            {fault(name)}
          </div>
        ))}
      </div>
      <div class="actions column">
        <button type="submit" class="solid" data-testid="sign-up-go" disabled={busy}>
          {busy ? text.signUp.making : text.signUp.go}
        </button>
      </div>
      <p class="faint">{text.signUp.goHint}</p>
    </form>
  );
}
