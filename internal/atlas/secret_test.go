// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-log/tflog"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
)

func TestAPasswordIsPrintedByNothing(t *testing.T) {
	secret := NewSecret("hunter2")
	request := MigrationRequest{Source: MigrationSource{Password: secret}}
	for name, value := range map[string]any{
		"by itself": secret, "by a pointer": &secret, "in its request": request,
		"below an unexported field": struct{ r MigrationRequest }{request}, "in a list": []any{[]Secret{secret}},
		"as a key": map[Secret]int{secret: 1},
	} {
		t.Run(name, func(t *testing.T) {
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%c", "%t", "%U"} {
				text := fmt.Sprintf(verb, value)
				if strings.Contains(text, "hunter2") || strings.Contains(text, fmt.Sprintf("%x", "hunter2")) {
					t.Errorf("%s prints %s", verb, text)
				}
			}
			if text, _ := json.Marshal(value); bytes.Contains(text, []byte("hunter2")) {
				t.Errorf("it is %s in JSON", text)
			}
			var out bytes.Buffer
			tflog.Error(tflogtest.RootLogger(t.Context(), &out), "it", map[string]any{"it": value})
			if strings.Contains(out.String(), "hunter2") {
				t.Errorf("it is logged: %s", out.String())
			}
		})
	}
}

func TestASecretSaysThatItIsOne(t *testing.T) {
	secret := NewSecret("hunter2")
	text, err := json.Marshal(secret)
	got := []string{secret.String(), secret.GoString(), fmt.Sprint(secret), fmt.Sprintf("%#v", secret), string(text)}
	want := []string{"(redacted)", "(redacted)", "(redacted)", "(redacted)", `"(redacted)"`}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestSecretsAreEqualByTheirValues(t *testing.T) {
	if !reflect.DeepEqual(NewSecret("a"), NewSecret("a")) || reflect.DeepEqual(NewSecret("a"), NewSecret("b")) {
		t.Error("a test could not compare requests")
	}
	if got := (Secret{}).reveal(); got != "" {
		t.Errorf("the zero secret is %q", got)
	}
}
