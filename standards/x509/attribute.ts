// SPDX-License-Identifier: Apache-2.0
// The attributes that names of people and organisations are made of: identifier, how the value is written, how long it may be.
// Upper bounds are those of RFC 5280 appendix A.1, where they are small; given name, surname and organizationIdentifier have 128.

export type AttributeType =
  | 'countryName'
  | 'organizationName'
  | 'organizationalUnitName'
  | 'organizationIdentifier'
  | 'commonName'
  | 'givenName'
  | 'surname'
  | 'pseudonym'
  | 'serialNumber'
  | 'title'
  | 'localityName'
  | 'stateOrProvinceName';

type Row = {
  readonly oid: string;
  readonly form: 'utf8' | 'printable';
  readonly charactersMax: number;
  /** The short name of RFC 4514 section 3; types that have none are written as dotted identifier and hexadecimal value. */
  readonly keyword: string | null;
};

export const ATTRIBUTES: Readonly<Record<AttributeType, Row>> = {
  countryName: { oid: '2.5.4.6', form: 'printable', charactersMax: 2, keyword: 'C' },
  organizationName: { oid: '2.5.4.10', form: 'utf8', charactersMax: 64, keyword: 'O' },
  organizationalUnitName: { oid: '2.5.4.11', form: 'utf8', charactersMax: 64, keyword: 'OU' },
  organizationIdentifier: { oid: '2.5.4.97', form: 'utf8', charactersMax: 128, keyword: null },
  commonName: { oid: '2.5.4.3', form: 'utf8', charactersMax: 64, keyword: 'CN' },
  givenName: { oid: '2.5.4.42', form: 'utf8', charactersMax: 128, keyword: null },
  surname: { oid: '2.5.4.4', form: 'utf8', charactersMax: 128, keyword: null },
  pseudonym: { oid: '2.5.4.65', form: 'utf8', charactersMax: 128, keyword: null },
  serialNumber: { oid: '2.5.4.5', form: 'printable', charactersMax: 64, keyword: null },
  title: { oid: '2.5.4.12', form: 'utf8', charactersMax: 64, keyword: null },
  localityName: { oid: '2.5.4.7', form: 'utf8', charactersMax: 128, keyword: 'L' },
  stateOrProvinceName: { oid: '2.5.4.8', form: 'utf8', charactersMax: 128, keyword: 'ST' },
};

export const ATTRIBUTE_TYPES: readonly AttributeType[] = Object.keys(ATTRIBUTES) as AttributeType[];
