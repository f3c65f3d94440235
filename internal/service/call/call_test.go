// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package call

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
		look, request migration.Kind
	}{
		{"a broken connection", broken, migration.Transient, migration.Transient},
		{"no connection", unsent(broken), migration.Unsent, migration.Unsent},
		{"an untrusted certificate", unsent(distrust), migration.Final, migration.Unsent},
		{"an answer that cannot be read", &atlas.DecodeError{Status: 200, Err: broken}, migration.Transient, migration.Transient},
		{"302", answered(302), migration.Final, migration.Final},
		{"400", answered(400), migration.Rejected, migration.Rejected},
		{"401", answered(401), migration.Denied, migration.Denied},
		{"403", answered(403), migration.Denied, migration.Denied},
		{"404", answered(404), migration.Absent, migration.Absent},
		{"405", answered(405), migration.Final, migration.Final},
		{"408", answered(408), migration.Transient, migration.Transient},
		{"409", answered(409), migration.Contested, migration.Contested},
		{"410", answered(410), migration.Final, migration.Final},
		{"429", answered(429), migration.Throttled, migration.Throttled},
		{"500", answered(500), migration.Transient, migration.Transient},
		{"400 of the token endpoint", unsent(answered(400)), migration.Denied, migration.Denied},
		{"401 of the token endpoint", unsent(answered(401)), migration.Denied, migration.Denied},
		{"404 of the token endpoint", unsent(answered(404)), migration.Final, migration.Unsent},
		{"429 of the token endpoint", unsent(answered(429)), migration.Throttled, migration.Throttled},
		{"500 of the token endpoint", unsent(answered(500)), migration.Unsent, migration.Unsent},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := Failed(row.err).Kind; got != row.look {
				t.Errorf("a look: %d, want %d", got, row.look)
			}
			if got := FailedOnce(row.err).Kind; got != row.request {
				t.Errorf("the request: %d, want %d", got, row.request)
			}
		})
	}
}
