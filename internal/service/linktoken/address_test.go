// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package linktoken

import "testing"

func TestAnAccessListEntryIsAnAddressOrABlock(t *testing.T) {
	for text, want := range map[string]bool{
		"203.0.113.10":         true,
		"203.0.113.10/32":      true,
		"198.51.100.0/24":      true,
		"198.51.100.7/24":      true,
		"0.0.0.0/0":            true,
		"2001:db8::1":          true,
		"2001:db8::/32":        true,
		"":                     false,
		" 203.0.113.10":        false,
		"203.0.113":            false,
		"203.0.113.256":        false,
		"203.0.113.010":        false,
		"198.51.100.0/33":      false,
		"198.51.100.0/":        false,
		"198.51.100.0-255":     false,
		"203.0.113.10:27017":   false,
		"fe80::1%eth0":         false,
		"fe80::1%eth0/64":      false,
		"ops.example.com":      false,
		"203.0.113.1,10.0.0.1": false,
	} {
		t.Run(text, func(t *testing.T) {
			if got := isAddress(text); got != want {
				t.Errorf("is an address: %t, want %t", got, want)
			}
		})
	}
}
