// SPDX-License-Identifier: Apache-2.0

export type CmsErrorCode =
  | 'cms_content_type'
  | 'cms_version'
  | 'cms_no_signer'
  | 'cms_attribute_missing'
  | 'cms_attribute_duplicate'
  | 'cms_attribute_not_allowed'
  | 'cms_attribute_values'
  | 'cms_digest_length'
  | 'cms_message_digest'
  | 'cms_signing_certificate'
  | 'cms_signer_identifier'
  | 'cms_signature';

/** Why a signature's frame or its attributes are refused. */
export class CmsError extends Error {
  override readonly name = 'CmsError';
  readonly code: CmsErrorCode;

  constructor(code: CmsErrorCode, cause?: unknown) {
    super(code, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
