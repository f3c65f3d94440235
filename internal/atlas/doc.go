// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package atlas is the wire: the only code that knows the paths, headers and
// JSON of the Atlas Live Migration API, in both of its versions.
//
// One call is one method of [Client]. What can go wrong has four shapes, told
// apart with errors.As and never by their text:
//
//   - [*UnsentError]: the request provably never left this machine. Look for
//     it first: why there was no access token can be an [*APIError] within it.
//   - [*APIError]: Atlas, or a proxy in front of it, answered with something
//     other than a 2xx.
//   - [*DecodeError]: a 2xx whose body cannot be read. Atlas has acted.
//   - anything else: the request may have arrived, and nobody knows whether
//     Atlas acted on it.
package atlas
