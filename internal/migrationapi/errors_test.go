// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migrationapi

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"testing"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
)

func TestWhatAFailedCallMeans(t *testing.T) {
	answered := func(status int) error { return &atlas.APIError{Status: status} }
	unsent := func(err error) error { return &atlas.UnsentError{Err: err} }
	broken := errors.New("connection reset by peer")
	distrust := &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}
	for _, row := range []struct {
		name          string
		err           error
		look, request migration.ErrorKind
	}{
		{"a broken connection", broken, migration.KindTransient, migration.KindTransient},
		{"no connection", unsent(broken), migration.KindUnsent, migration.KindUnsent},
		{"an untrusted certificate", unsent(distrust), migration.KindPermanent, migration.KindUnsent},
		{"an answer that cannot be read", &atlas.DecodeError{Status: 200, Err: broken}, migration.KindTransient, migration.KindTransient},
		{"302", answered(302), migration.KindPermanent, migration.KindPermanent},
		{"400", answered(400), migration.KindBadRequest, migration.KindBadRequest},
		{"401", answered(401), migration.KindUnauthorized, migration.KindUnauthorized},
		{"403", answered(403), migration.KindUnauthorized, migration.KindUnauthorized},
		{"404", answered(404), migration.KindNotFound, migration.KindNotFound},
		{"405", answered(405), migration.KindPermanent, migration.KindPermanent},
		{"408", answered(408), migration.KindTransient, migration.KindTransient},
		{"409", answered(409), migration.KindConflict, migration.KindConflict},
		{"410", answered(410), migration.KindPermanent, migration.KindPermanent},
		{"429", answered(429), migration.KindRateLimited, migration.KindRateLimited},
		{"500", answered(500), migration.KindTransient, migration.KindTransient},
		{"400 of the token endpoint", unsent(answered(400)), migration.KindUnauthorized, migration.KindUnauthorized},
		{"401 of the token endpoint", unsent(answered(401)), migration.KindUnauthorized, migration.KindUnauthorized},
		{"404 of the token endpoint", unsent(answered(404)), migration.KindPermanent, migration.KindUnsent},
		{"429 of the token endpoint", unsent(answered(429)), migration.KindRateLimited, migration.KindRateLimited},
		{"500 of the token endpoint", unsent(answered(500)), migration.KindUnsent, migration.KindUnsent},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := ReadError(row.err).Kind; got != row.look {
				t.Errorf("a look: %d, want %d", got, row.look)
			}
			if got := cutoverRequestError(row.err).Kind; got != row.request {
				t.Errorf("the request: %d, want %d", got, row.request)
			}
		})
	}
}

func TestWhatAFailedStartMeans(t *testing.T) {
	unsent := func(err error) error { return &atlas.UnsentError{Err: err} }
	answered := func(status int) error { return &atlas.APIError{Status: status} }
	for name, row := range map[string]struct {
		err  error
		want migration.ErrorKind
	}{
		"a redirect, which is no answer of Atlas's":  {answered(302), migration.KindTransient},
		"a redirect of the call for an access token": {unsent(answered(302)), migration.KindPermanent},
		"a method that is not allowed":               {answered(405), migration.KindPermanent},
		"an untrusted certificate":                   {unsent(&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}), migration.KindPermanent},
		"an answer that cannot be read":              {&atlas.DecodeError{Status: 201, Err: errors.New("connection reset by peer")}, migration.KindTransient},
		"a lost answer":                              {errors.New("connection reset by peer"), migration.KindTransient},
		"no connection":                              {unsent(errors.New("connection reset by peer")), migration.KindUnsent},
	} {
		t.Run(name, func(t *testing.T) {
			if got := WriteError(row.err).Kind; got != row.want {
				t.Errorf("means %d, want %d", got, row.want)
			}
		})
	}
}
